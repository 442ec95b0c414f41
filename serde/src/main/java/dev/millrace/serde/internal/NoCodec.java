package dev.millrace.serde.internal;

import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Codecs that do nothing and touch no memory, for {@link FlatCalls}. */
abstract class NoCodec extends FlatCalls {
    private static final MethodHandle SIZE = MethodHandles.empty(MethodType.methodType(int.class, Object.class));
    private static final MethodHandle WRITE =
            MethodHandles.empty(MethodType.methodType(void.class, Object.class, long.class, long.class, long.class));
    private static final MethodHandle READ =
            MethodHandles.empty(MethodType.methodType(Object.class, long.class, long.class));

    @Override
    public RecordLayout layout() {
        return RecordLayout.of(long.class);
    }

    @Override
    public boolean isFixedSize() {
        return true;
    }

    @Override
    public void validate(long address, int lengthBytes) {}

    @Override
    public int validateRow(long fixedAddress, long base, int variableOffset, int limitOffset) {
        return variableOffset;
    }

    /** Different classes with methods of their own, so that a call of one is not a call of the other. */
    static final class First extends NoCodec {
        @Override
        public int fixedBytes() {
            return 0;
        }

        @Override
        public MethodHandle sizeHandle() {
            return SIZE;
        }

        @Override
        public MethodHandle writeHandle() {
            return WRITE;
        }

        @Override
        public MethodHandle readHandle() {
            return READ;
        }
    }

    /** As {@link First}. */
    static final class Second extends NoCodec {
        @Override
        public int fixedBytes() {
            return Long.BYTES;
        }

        @Override
        public MethodHandle sizeHandle() {
            return SIZE;
        }

        @Override
        public MethodHandle writeHandle() {
            return WRITE;
        }

        @Override
        public MethodHandle readHandle() {
            return READ;
        }
    }
}
