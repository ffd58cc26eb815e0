//! The numbers, texts and booleans of a JSON text, as they are written and in its order. The text must be JSON.

/// The place within an array or an object.
enum Level<'a> {
    Array(usize),
    Object(&'a str),
}

pub struct Leaves<'a> {
    json: &'a [u8],
    at: usize,
    levels: Vec<Level<'a>>,
}

impl<'a> Leaves<'a> {
    pub fn of(json: &'a [u8]) -> Self {
        Leaves { json, at: 0, levels: Vec::new() }
    }

    /// The place of the last one: `images.0.url`; empty where the whole JSON is one number, text or boolean.
    pub fn path(&self) -> String {
        let parts: Vec<String> = self
            .levels
            .iter()
            .map(|level| match level {
                Level::Array(index) => index.to_string(),
                Level::Object(key) => (*key).to_owned(),
            })
            .collect();
        parts.join(".")
    }

    fn text(&self, from: usize) -> &'a str {
        std::str::from_utf8(&self.json[from..self.at]).unwrap_or_default()
    }

    /// Is the string that ends here a key?
    fn is_key(&self) -> bool {
        let rest = self.json[self.at..].iter().find(|byte| !byte.is_ascii_whitespace());
        rest == Some(&b':')
    }
}

impl<'a> Iterator for Leaves<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let from = self.at;
            match self.json.get(from)? {
                b'"' => {
                    self.at = after_string(self.json, from + 1);
                    let text = self.text(from);
                    if !self.is_key() {
                        return Some(text);
                    }
                    if let Some(Level::Object(key)) = self.levels.last_mut() {
                        *key = text.get(1..text.len() - 1).unwrap_or_default();
                    }
                }
                b'-' | b'0'..=b'9' | b't' | b'f' => {
                    let end = self.json[from..].iter().position(|byte| b",]} \t\r\n".contains(byte));
                    self.at = end.map_or(self.json.len(), |end| from + end);
                    return Some(self.text(from));
                }
                byte => {
                    self.at += 1;
                    match byte {
                        b'{' => self.levels.push(Level::Object("")),
                        b'[' => self.levels.push(Level::Array(0)),
                        b'}' | b']' => drop(self.levels.pop()),
                        b',' => {
                            if let Some(Level::Array(index)) = self.levels.last_mut() {
                                *index += 1;
                            }
                        }
                        // White space, a colon, or a letter of `null`.
                        _ => {}
                    }
                }
            }
        }
    }
}

fn after_string(json: &[u8], mut at: usize) -> usize {
    while let Some(byte) = json.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    json.len()
}
