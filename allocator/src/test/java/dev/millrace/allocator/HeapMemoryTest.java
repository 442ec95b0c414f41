package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class HeapMemoryTest extends MemoryAccessContract {
    private static final int TWIN_BYTES = 512;

    private final HeapMemory memory = new HeapMemory(SIZE_BYTES);

    @Override
    MemoryAccess memory() {
        return memory;
    }

    @Override
    long base() {
        return memory.firstAddress();
    }

    @Test
    void theTwinsHaveTheSameOperations() {
        assertEquals(operations(Memory.class, true), operations(MemoryAccess.class, false));
    }

    @Test
    void theTwinsAnswerAlike() {
        long seed = 0x5EED_0001L;
        SplittableRandom random = new SplittableRandom(seed);
        HeapMemory heap = new HeapMemory(TWIN_BYTES);
        MemoryAccess offHeap = MemoryAccess.offHeap();
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            long block = allocator.shared().allocate(MemoryPool.SPILL, TWIN_BYTES);
            Memory.fill(block, TWIN_BYTES, (byte) 0);
            for (int step = 0; step < 200_000; step++) {
                long twinSeed = random.nextLong();
                Object expected = operate(offHeap, block, new SplittableRandom(twinSeed));
                Object actual = operate(heap, heap.firstAddress(), new SplittableRandom(twinSeed));
                assertEquals(expected, actual, "seed=" + seed + ", step=" + step);
            }
            assertArrayEquals(bytes(offHeap, block), bytes(heap, heap.firstAddress()), "seed=" + seed);
            allocator.shared().free(block);
        }
    }

    @Test
    void aStrayAddressIsAnException() {
        HeapMemory heap = new HeapMemory(16);
        long first = heap.firstAddress();
        heap.putByte(first + 15, (byte) 1);
        assertThrows(IndexOutOfBoundsException.class, () -> heap.getByte(first + 16));
        assertThrows(IndexOutOfBoundsException.class, () -> heap.getByte(first - 1));
        assertThrows(IndexOutOfBoundsException.class, () -> heap.putLong(first + 9, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> heap.getLong(0));
        assertThrows(IllegalArgumentException.class, () -> heap.getIntVolatile(first + 2));
        assertThrows(IllegalArgumentException.class, () -> heap.compareAndSetInt(first + 2, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> heap.getLongVolatile(first + 4));
        assertThrows(IllegalArgumentException.class, () -> heap.putLongRelease(first + 4, 1));
        assertThrows(IllegalArgumentException.class, () -> heap.getAndAddLong(first + 4, 1));
        assertThrows(IllegalArgumentException.class, () -> heap.compareAndSetLong(first + 4, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new HeapMemory(-1));
    }

    @Test
    void neighboursDoNotDisturbEachOther() throws InterruptedException {
        HeapMemory heap = new HeapMemory(8);
        long first = heap.firstAddress();
        Thread left = new Thread(() -> {
            for (int i = 0; i < 200_000; i++) {
                heap.getAndAddInt(first, 1);
            }
        });
        left.start();
        for (int i = 1; i <= 200_000; i++) {
            heap.putShort(first + 4, (short) i);
            assertEquals((short) i, heap.getShort(first + 4));
            heap.putByte(first + 7, (byte) i);
        }
        left.join();
        assertEquals(200_000, heap.getInt(first));
        assertEquals((byte) 200_000, heap.getByte(first + 7));
    }

    private static Object operate(MemoryAccess memory, long base, SplittableRandom random) {
        long at = base + random.nextInt(TWIN_BYTES - 8);
        long aligned = at & ~3L;
        long wide = at & ~7L;
        long other = base + random.nextInt(TWIN_BYTES - 64);
        long value = random.nextLong();
        int length = random.nextInt(60);
        long ranged = Math.min(at, base + TWIN_BYTES - 64);
        byte[] array = new byte[80];
        switch (random.nextInt(27)) {
            case 0 -> memory.putByte(at, (byte) value);
            case 1 -> memory.putShort(at, (short) value);
            case 2 -> memory.putChar(at, (char) value);
            case 3 -> memory.putInt(at, (int) value);
            case 4 -> memory.putLong(at, value);
            case 5 -> memory.putFloat(at, (float) value);
            case 6 -> memory.putDouble(at, (double) value);
            case 7 -> memory.putIntRelease(aligned, (int) value);
            case 8 -> memory.copy(ranged, other, length);
            case 9 -> memory.fill(ranged, length, (byte) value);
            case 10 -> {
                Arrays.fill(array, (byte) value);
                memory.copyFrom(array, 7, ranged, length);
            }
            case 11 -> {
                memory.copyTo(ranged, array, 9, length);
                return Arrays.toString(array);
            }
            case 12 -> {
                return memory.getByte(at);
            }
            case 13 -> {
                return memory.getShort(at);
            }
            case 14 -> {
                return memory.getChar(at);
            }
            case 15 -> {
                return memory.getInt(at);
            }
            case 16 -> {
                return memory.getLong(at);
            }
            case 17 -> {
                return Float.floatToIntBits(memory.getFloat(at));
            }
            case 18 -> {
                return Double.doubleToLongBits(memory.getDouble(at));
            }
            case 19 -> {
                return memory.getIntVolatile(aligned);
            }
            case 20 -> {
                return memory.getAndAddInt(aligned, (int) value);
            }
            case 21 -> {
                return memory.compareAndSetInt(aligned, memory.getInt(aligned) ^ (int) (value & 1), (int) value);
            }
            case 22 -> memory.putLongRelease(wide, value);
            case 23 -> {
                return memory.getLongVolatile(wide);
            }
            case 24 -> {
                return memory.getAndAddLong(wide, value);
            }
            case 25 -> {
                return memory.compareAndSetLong(wide, memory.getLong(wide) ^ (value & 1), value);
            }
            default -> {
                memory.copy(ranged, other, length / 8);
                return memory.equal(ranged, other, length / 8);
            }
        }
        return "";
    }

    private static byte[] bytes(MemoryAccess memory, long base) {
        byte[] bytes = new byte[TWIN_BYTES];
        assertDoesNotThrow(() -> memory.copyTo(base, bytes, 0, TWIN_BYTES));
        return bytes;
    }

    private static Set<String> operations(Class<?> type, boolean isStatic) {
        Set<String> operations = new TreeSet<>();
        for (Method method : type.getDeclaredMethods()) {
            boolean isOperation =
                    !method.getName().equals("mechanism") && !method.getName().equals("offHeap");
            if (isOperation
                    && Modifier.isPublic(method.getModifiers())
                    && Modifier.isStatic(method.getModifiers()) == isStatic) {
                operations.add(
                        method.getReturnType() + " " + method.getName() + Arrays.toString(method.getParameterTypes()));
            }
        }
        return operations;
    }
}
