package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;

/**
 * What a copy of {@link EncoderTemplate} is made with.
 *
 * @param write {@code (WireOutput, long fixed, long base) -> void}
 * @param direct {@code (long fixed, byte[] target, int at) -> int}
 * @param directBytes the room that this wants
 */
record EncoderConstants(MethodHandle write, MethodHandle direct, int directBytes) {}
