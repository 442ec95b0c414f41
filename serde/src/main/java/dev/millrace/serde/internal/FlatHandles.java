package dev.millrace.serde.internal;

import java.lang.invoke.MethodHandle;

/**
 * How the values inside a {@link FlatPart} are handled.
 *
 * @param size {@code (Object) -> int}
 * @param write {@code (Object, long slot, long base, long variable) -> long}
 * @param read {@code (long slot, long base) -> Object}
 */
record FlatHandles(MethodHandle size, MethodHandle write, MethodHandle read) {}
