// Doors that several screens open and the shell holds: the type chooser, the palette, the sheet of keys, the manual.
import { ref } from 'vue';

export const choosingType = ref(false);
export const paletteOpen = ref(false);
export const shortcutsOpen = ref(false);
export const manualOpen = ref(false);
