//! Agencies, departments, people and their roles: who may do what.
