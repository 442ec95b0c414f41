package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

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
