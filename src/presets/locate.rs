//! Where a field stands in the text of a preset, for messages about its value.

/// Line and column (from 1) of the field with the dotted name `path` (`steps[2].setup.preset` is in the
/// third of a list), of its nearest enclosing field if it is absent, or of the start.
pub(crate) fn field(text: &str, path: &str) -> (usize, usize) {
    let mut best = (0, (1, 1));
    let mut scanner = Scanner::new(text);
    while let Some((found, place)) = scanner.next_field() {
        let rest = path.strip_prefix(&found);
        let around = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ':']));
        if around && found.len() > best.0 {
            best = (found.len(), place);
        }
    }
    best.1
}

/// A bracket that we are inside.
struct Frame {
    /// The field that it is the value of; empty where it has none.
    name: String,
    /// Whether it is a list, and at which of its elements we are.
    element: Option<usize>,
}

/// Walks over the named fields of a RON text, skipping strings and comments.
struct Scanner<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    column: usize,
    inside: Vec<Frame>,
    /// The last word read and where it stood.
    word: (String, (usize, usize)),
    /// The last field named, which a bracket opens.
    named: String,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars().peekable(),
            line: 1,
            column: 1,
            inside: Vec::new(),
            word: (String::new(), (1, 1)),
            named: String::new(),
        }
    }

    fn next_char(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    /// The next field's dotted name, or the next element of a list, and its place.
    fn next_field(&mut self) -> Option<(String, (usize, usize))> {
        loop {
            let place = (self.line, self.column);
            match self.next_char()? {
                '"' => self.skip_string(),
                '/' => self.skip_comment(),
                opening @ ('(' | '[' | '{') => {
                    let name = std::mem::take(&mut self.named);
                    let is_element = self.inside.last().is_some_and(|f| f.element.is_some());
                    let element = is_element.then(|| self.path(""));
                    self.inside.push(Frame {
                        name,
                        element: (opening == '[').then_some(0),
                    });
                    if let Some(element) = element {
                        return Some((element, place));
                    }
                }
                ')' | ']' | '}' => {
                    self.inside.pop();
                }
                ':' if !self.word.0.is_empty() => {
                    self.named = std::mem::take(&mut self.word.0);
                    return Some((self.path(&self.named), self.word.1));
                }
                c if c.is_alphanumeric() || c == '_' => self.read_word(c, place),
                ',' => {
                    self.named.clear();
                    let list = self.inside.last_mut().and_then(|f| f.element.as_mut());
                    if let Some(element) = list {
                        *element += 1;
                    }
                }
                _ => {}
            }
        }
    }

    /// The dotted name of a field here.
    fn path(&self, name: &str) -> String {
        let mut path = String::new();
        for frame in &self.inside {
            join(&mut path, &frame.name);
            if let Some(element) = frame.element {
                path.push_str(&format!("[{element}]"));
            }
        }
        join(&mut path, name);
        path
    }

    fn read_word(&mut self, first: char, place: (usize, usize)) {
        let mut word = String::from(first);
        while self
            .rest
            .peek()
            .is_some_and(|c| c.is_alphanumeric() || *c == '_')
        {
            word.extend(self.next_char());
        }
        self.word = (word, place);
    }

    fn skip_string(&mut self) {
        while let Some(c) = self.next_char() {
            match c {
                '\\' => {
                    self.next_char();
                }
                '"' => return,
                _ => {}
            }
        }
    }

    fn skip_comment(&mut self) {
        match self.rest.peek() {
            Some('/') => while self.next_char().is_some_and(|c| c != '\n') {},
            Some('*') => {
                let mut last = ' ';
                while let Some(c) = self.next_char() {
                    if last == '*' && c == '/' {
                        return;
                    }
                    last = c;
                }
            }
            _ => {}
        }
    }
}

/// Adds a name behind a dot.
fn join(path: &mut String, name: &str) {
    if !path.is_empty() && !name.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

#[cfg(test)]
mod tests {
    use super::field;

    const TEXT: &str = "(\n  // market: (spot: 1)\n  title: \"market: (spot: \\\" \",\n  market: (\n    process: geometric_brownian,\n    spot: 5.0,\n  ),\n  steps: 3,\n)";

    #[test]
    fn a_field_is_found_where_it_stands_and_not_in_strings_or_comments() {
        assert_eq!(field(TEXT, "market.spot"), (6, 5));
        assert_eq!(field(TEXT, "steps"), (8, 3));
        assert_eq!(field(TEXT, "market.volatility"), (4, 3));
        assert_eq!(field(TEXT, "shown_path[3]"), (1, 1));
    }
    #[test]
    fn a_field_is_found_in_the_element_of_a_list_that_it_stands_in() {
        let text = "(\n steps: [\n  (a: 1, b: [3, 4]),\n  (a: 2,\n   b: One(c: 5)),\n ],\n)";
        assert_eq!(field(text, "steps[0].a"), (3, 4));
        assert_eq!(field(text, "steps[1].b.c"), (5, 11));
        assert_eq!(field(text, "steps[1].absent"), (4, 3));
        assert_eq!(field(text, "steps[7].a"), (2, 2));
    }
}
