//! Use cases, one folder per domain: permission, one transaction, rules, audit.
