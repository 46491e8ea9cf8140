// Levels of networks, the lowest first: the words of the program's own table.
export const LEVELS = ['internet', 'extranet', 'office', 'confidential', 'secret', 'top_secret'] as const;
