//! Files of other programs: docx, text, Markdown and xlsx, in and out.
