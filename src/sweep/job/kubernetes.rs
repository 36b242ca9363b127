//! An Indexed Job of Kubernetes, with the sweep in a map beside it.

use super::Job;
use crate::presets::{self, PresetError};
use crate::sweep::{Plan, Spec};
use crate::units::FieldError;

/// Where the sweep's files stand in a container.
const FILES: &str = "/sweep";
/// Where the volume for results stands in a container.
const RESULTS: &str = "/results";
/// Most that a map holds (bytes).
const MOST: usize = 1_000_000;

/// The files of a sweep, as a container has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The spec.
    pub spec: String,
    /// The preset's scenario, under the name that the spec gives it; absent where every program has it.
    pub preset: Option<(String, String)>,
}

impl Files {
    /// Those of a plan: with the preset's scenario, where that is not one that every program has.
    ///
    /// # Errors
    /// When they cannot be put into words.
    pub fn of(plan: &Plan) -> Result<Self, PresetError> {
        let (spec, scenario) = plan.texts()?;
        let preset = &plan.spec().preset;
        if presets::BUILT_IN.iter().any(|(name, _)| name == preset) {
            return Ok(Self { spec, preset: None });
        }
        let name = "preset.ron".to_owned();
        let elsewhere = Spec {
            preset: name.clone(),
            pin: None,
            ..plan.spec().clone()
        };
        Ok(Self {
            spec: presets::written_text(&elsewhere)?,
            preset: Some((name, scenario)),
        })
    }
}

/// What a job in a cluster needs besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The image with the program in it.
    pub image: String,
    /// The claim to the volume that holds the results; absent where they go to an object storage.
    pub claim: Option<String>,
    /// The secret whose entries a task has in its environment: credentials for an object storage, for instance.
    pub secret: Option<String>,
    /// The service account that a task has, where the cluster gives that one the right to an object storage.
    pub account: Option<String>,
    /// The sweep.
    pub files: Files,
}

impl Job {
    /// The manifest that `kubectl apply` takes; the spec is that of `cloud`, and `out` lies in its volume, where it
    /// has one.
    ///
    /// # Errors
    /// When the sweep is too long for a map, or `out` cannot lie in the volume.
    pub fn kubernetes(&self, cloud: &Cloud) -> Result<String, FieldError> {
        let mut steps = self.out.split('/');
        let lies_there = |step: &str| !step.is_empty() && step != ".." && step != ".";
        if cloud.claim.is_some() && !steps.all(lies_there) {
            let allowed = "a path below the volume's own folder, such as sweeps/example";
            return Err(FieldError::new("--out", format!("{:?}", self.out), allowed));
        }
        let preset = cloud.files.preset.iter().map(|(_, text)| text.len());
        let bytes = cloud.files.spec.len() + preset.sum::<usize>();
        if bytes > MOST {
            let allowed = format!("at most {MOST} bytes, which is what a map in a cluster holds");
            return Err(FieldError::new("sweep and preset", bytes, allowed));
        }
        let (map, job) = (self.map(&cloud.files), self.indexed(cloud));
        Ok(format!("# {}\n{map}---\n{job}", self.about))
    }

    fn map(&self, files: &Files) -> String {
        let mut map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\ndata:\n",
            self.name
        );
        map.push_str(&entry("sweep.ron", &files.spec));
        if let Some((name, text)) = &files.preset {
            map.push_str(&entry(name, text));
        }
        map
    }

    /// What the program is started with, as YAML lists it.
    fn arguments(&self, cloud: &Cloud) -> String {
        let spec = format!("{FILES}/sweep.ron");
        let out = match cloud.claim {
            Some(_) => format!("{RESULTS}/{}", self.out),
            None => self.out.clone(),
        };
        let (shards, threads) = (self.shares.to_string(), self.cores.to_string());
        let of_run = ["sweep", "run", &spec, "--out", &out];
        let of_task = ["--shards", &shards, "--threads", &threads];
        let words = of_run.iter().chain(&of_task).chain(&["--progress", "json"]);
        let quoted: Vec<String> = words.map(|word| quoted(word)).collect();
        quoted.join(", ")
    }

    fn indexed(&self, cloud: &Cloud) -> String {
        let Self {
            name,
            shares,
            cores,
            memory,
            ..
        } = self;
        let at_once = self.at_once.unwrap_or(*shares);
        let seconds = self.limit * 60;
        let (image, program) = (quoted(&cloud.image), quoted(&self.program));
        let [mount, volume] = results(cloud.claim.as_deref());
        let account = cloud.account.as_deref().map_or_else(String::new, |name| {
            format!("      serviceAccountName: {}\n", quoted(name))
        });
        let secret = cloud.secret.as_deref().map_or_else(String::new, |name| {
            format!(
                "          envFrom:\n            - secretRef:\n                name: {}\n",
                quoted(name)
            )
        });
        let arguments = self.arguments(cloud);
        format!(
            r#"apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: hedgelab
spec:
  completionMode: Indexed
  completions: {shares}
  parallelism: {at_once}
  # A share that fails is tried again, and the others go on.
  backoffLimitPerIndex: 3
  podFailurePolicy:
    rules:
      # This sweep cannot be: never again.
      - action: FailIndex
        onExitCodes:
          containerName: hedgelab
          operator: In
          values: [2]
      # It was stopped and goes on: no failure.
      - action: Ignore
        onExitCodes:
          containerName: hedgelab
          operator: In
          values: [75]
      # Its machine was wanted for something else: no failure.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
  template:
    metadata:
      labels:
        app.kubernetes.io/name: hedgelab
    spec:
      restartPolicy: Never
      activeDeadlineSeconds: {seconds}
      terminationGracePeriodSeconds: 60
{account}      automountServiceAccountToken: false
      containers:
        - name: hedgelab
          image: {image}
          # Which share it is, it reads from JOB_COMPLETION_INDEX, which Kubernetes sets.
          command: [{program}]
          args: [{arguments}]
{secret}          resources:
            requests:
              cpu: "{cores}"
              memory: {memory}Mi
            limits:
              memory: {memory}Mi
          volumeMounts:
            - name: sweep
              mountPath: {FILES}
              readOnly: true
{mount}      volumes:
        - name: sweep
          configMap:
            name: {name}
{volume}"#
        )
    }
}

/// How the volume for results is mounted, and what it is; nothing where there is none.
fn results(claim: Option<&str>) -> [String; 2] {
    let Some(claim) = claim else {
        return [String::new(), String::new()];
    };
    let claim = quoted(claim);
    [
        format!("            - name: results\n              mountPath: {RESULTS}\n"),
        format!(
            "        - name: results\n          persistentVolumeClaim:\n            claimName: {claim}\n"
        ),
    ]
}

/// A text as YAML takes it on one line.
fn quoted(text: &str) -> String {
    // What JSON says of a text, YAML says too.
    serde_json::Value::from(text).to_string()
}

/// A file in a map: as it is where YAML keeps it so.
fn entry(name: &str, text: &str) -> String {
    let kept = |line: &str| !line.chars().any(char::is_control) && line.trim_end() == line;
    let body = text.strip_suffix('\n').unwrap_or(text);
    let whole = text.ends_with('\n') && !body.is_empty() && !body.ends_with('\n');
    if !whole || !body.split('\n').all(kept) {
        return format!("  {}: {}\n", quoted(name), quoted(text));
    }
    let lines = body.split('\n').map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    });
    format!("  {}: |2\n{}", quoted(name), lines.collect::<String>())
}
