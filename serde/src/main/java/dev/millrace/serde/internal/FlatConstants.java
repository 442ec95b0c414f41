package dev.millrace.serde.internal;

import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandle;

/**
 * What makes one copy of {@link FlatTemplate} differ from another.
 *
 * @param size {@code (Object) -> int}
 * @param write {@code (Object, long fixed, long base, long variable) -> void}
 * @param read {@code (long fixed, long base) -> Object}
 */
record FlatConstants(
        RecordLayout layout, MethodHandle size, MethodHandle write, MethodHandle read, BlobValidator validator) {}
