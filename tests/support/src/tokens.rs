//! The bearer tokens of `/auth/token`: a bounded set of those that are valid, oldest first out.

use std::collections::VecDeque;

/// The tokens that are valid now.
#[derive(Debug)]
pub(crate) struct Tokens {
    valid: VecDeque<String>,
    issued: u64,
    count_max: usize,
}

impl Tokens {
    pub(crate) fn new(count_max: usize) -> Self {
        Self { valid: VecDeque::new(), issued: 0, count_max: count_max.max(1) }
    }

    /// Makes a token; the oldest is revoked when there would be too many.
    pub(crate) fn issue(&mut self) -> String {
        self.issued += 1;
        if self.valid.len() == self.count_max {
            self.valid.pop_front();
        }
        let token = format!("token-{:06}", self.issued);
        self.valid.push_back(token.clone());
        token
    }

    pub(crate) fn is_valid(&self, token: &str) -> bool {
        self.valid.iter().any(|valid| valid == token)
    }

    /// Whether the token was valid until now.
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        let before = self.valid.len();
        self.valid.retain(|valid| valid != token);
        self.valid.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_valid_from_issue_to_revocation() {
        let mut tokens = Tokens::new(10);
        let token = tokens.issue();
        assert!(tokens.is_valid(&token));
        assert!(!tokens.is_valid("token-999999"));
        assert!(tokens.revoke(&token));
        assert!(!tokens.is_valid(&token));
        assert!(!tokens.revoke(&token));
    }

    #[test]
    fn the_oldest_token_goes_first() {
        let mut tokens = Tokens::new(2);
        let issued: Vec<String> = (0..3).map(|_| tokens.issue()).collect();
        assert!(!tokens.is_valid(&issued[0]));
        assert!(tokens.is_valid(&issued[1]) && tokens.is_valid(&issued[2]));
    }
}
