//! One Yjs document per draft: elements beside the body, freeze, comparison.
