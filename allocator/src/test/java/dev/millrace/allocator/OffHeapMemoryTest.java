package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link Memory}: that of the class path in the first run of the tests, its twin of the jar in the run on a newer JDK. */
final class OffHeapMemoryTest extends MemoryAccessContract {
    private SlabAllocator allocator;
    private long block;

    @BeforeEach
    void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20));
        block = allocator.shared().allocate(MemoryPool.SPILL, SIZE_BYTES);
    }

    @AfterEach
    void close() {
        allocator.shared().free(block);
        allocator.close();
    }

    @Override
    MemoryAccess memory() {
        return MemoryAccess.offHeap();
    }

    @Override
    long base() {
        return block;
    }

    @Test
    void nativeMemoryHoldsWhatIsWrittenUntilItIsFreed() {
        long sizeBytes = 3 << 20;
        long address = Memory.allocateNative(sizeBytes);
        try {
            assertNotEquals(0, address);
            Memory.fill(address, sizeBytes, (byte) 9);
            assertEquals(9, Memory.getByte(address));
            assertEquals(9, Memory.getByte(address + sizeBytes - 1));
        } finally {
            Memory.freeNative(address);
        }
    }

    @Test
    void nativeMemoryThatNoMachineHasIsRefusedAsTheJvmDoes() {
        try {
            Memory.freeNative(Memory.allocateNative(Long.MAX_VALUE >>> 8));
        } catch (OutOfMemoryError e) {
            return;
        }
        throw new AssertionError("half of all addresses were given");
    }

    @Test
    void elementsOfArraysAreCopiedWhateverTheirNumberAndTouchNothingElse() {
        for (int count : new int[] {0, 1, 2, 3, 7, 8, 15, 16, 17, 33}) {
            for (Object array : new Object[] {
                new byte[count],
                new short[count],
                new char[count],
                new int[count],
                new long[count],
                new float[count],
                new double[count]
            }) {
                int elementBytes = elementBytes(array);
                int length = count * elementBytes;
                Memory.fill(block, SIZE_BYTES, (byte) 0x55);
                for (int i = 0; i < length; i++) {
                    Memory.putByte(block + 8 + i, (byte) (i * 7 + 1));
                }
                Memory.copyElementsTo(block + 8, array, length);
                assertEquals(count == 0 ? 0 : first(elementBytes), count == 0 ? 0 : firstOf(array), array.toString());
                Memory.copyElementsFrom(array, block + 512, length);
                assertTrue(Memory.equal(block + 8, block + 512, length), array + " count=" + count);
                assertEquals(0x55, Memory.getByte(block + 511), array.toString());
                assertEquals(0x55, Memory.getByte(block + 512 + length), array.toString());
            }
        }
    }

    private static int elementBytes(Object array) {
        return array instanceof byte[]
                ? Byte.BYTES
                : array instanceof short[] || array instanceof char[]
                        ? Short.BYTES
                        : array instanceof int[] || array instanceof float[] ? Integer.BYTES : Long.BYTES;
    }

    /** The bits of the first element that the test writes, of so many bytes. */
    private long first(int elementBytes) {
        return switch (elementBytes) {
            case Byte.BYTES -> Memory.getByte(block + 8);
            case Short.BYTES -> Memory.getShort(block + 8);
            case Integer.BYTES -> Memory.getInt(block + 8);
            default -> Memory.getLong(block + 8);
        };
    }

    private static long firstOf(Object array) {
        if (array instanceof float[] floats) {
            return Float.floatToRawIntBits(floats[0]);
        } else if (array instanceof double[] doubles) {
            return Double.doubleToRawLongBits(doubles[0]);
        } else if (array instanceof char[] chars) {
            return (short) chars[0];
        }
        return ((Number) Array.get(array, 0)).longValue();
    }

    @Test
    void whatIsNoArrayOfNumbersIsRefused() {
        for (Object other : new Object[] {new boolean[8], new String[8], "text"}) {
            assertThrows(IllegalArgumentException.class, () -> Memory.copyElementsFrom(other, block, 8));
            assertThrows(IllegalArgumentException.class, () -> Memory.copyElementsTo(block, other, 8));
        }
    }

    @Test
    void theFallbackHasTheSameOperations() {
        assertEquals(operations(UnsafeMemory.class), operations(Memory.class));
    }

    private static List<String> operations(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()))
                .filter(method -> !method.getName().equals("mechanism"))
                .map(method ->
                        method.getReturnType() + " " + method.getName() + Arrays.toString(method.getParameterTypes()))
                .sorted()
                .toList();
    }
}
