/**
 * The instruction set: programs as values, their bytes, and the one verifier that everything passes before it
 * may run. It knows nothing of text or of engines.
 */
export { Def, decodeCode, decodeProgram, freeProgram, Program } from './program';
export { Instruction, writeInstruction } from './row';
export { verify } from './verify';
