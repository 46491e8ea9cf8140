/** 机关代字 without what says which kind of paper follows: some write 望政办, some 望政办发. */
export const codeStem = (code: string): string => code.trim().replace(/[发函]$/, '');
