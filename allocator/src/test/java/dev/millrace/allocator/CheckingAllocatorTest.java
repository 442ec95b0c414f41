package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CheckingAllocatorTest {
    private static final AllocatorConfig CONFIG = AllocatorConfig.ofMemoryBytes(16 << 20)
            .withWorkers(2)
            .withMisuse(AllocatorConfig.Misuse.CHECK)
            .withLeakSampleInterval(1);

    private static final AllocatorConfig QUIET = CONFIG.withLeakSampleInterval(0);

    private final SlabAllocator allocator = SlabAllocator.open(CONFIG);
    private final BlockAllocator worker = allocator.worker(0);

    @AfterEach
    void close() {
        allocator.close();
    }

    @Test
    void findsAWriteAfterAFreeWhenTheBlockIsHandedOutAgain() {
        long address = worker.allocate(MemoryPool.INDEX, 100);
        freeTheBlock(address);
        Memory.putInt(address + 40, 7);
        MemoryMisuseException found =
                assertThrows(MemoryMisuseException.class, () -> worker.allocate(MemoryPool.INDEX, 100));
        assertEquals(address, found.address());
        assertEquals(40, found.offsetBytes());
        String message = found.getMessage();
        assertTrue(message.contains("address=0x" + Long.toHexString(address)), message);
        assertTrue(message.contains("firstChangedOffsetBytes=40, found=0x7, expected=0xdb"), message);
        assertEquals("freeTheBlock", callerIn(found.getCause()));
        assertEquals(0, allocator.liveBytes());
        long again = worker.allocate(MemoryPool.INDEX, 100);
        assertEquals(address, again, "the block is in order again");
        worker.free(again);
    }

    @Test
    void findsEveryChangedByteOfAFreedBlock() {
        for (int offset : new int[] {0, 1, 7, 8, 63, 100, 115, 116, 127}) {
            long address = worker.allocate(MemoryPool.EVENTS, 100);
            worker.free(address);
            Memory.putByte(address + offset, (byte) 0);
            MemoryMisuseException found =
                    assertThrows(MemoryMisuseException.class, () -> worker.allocate(MemoryPool.EVENTS, 100));
            assertEquals(offset, found.offsetBytes());
        }
    }

    @Test
    void findsAWriteAfterAFreeOnDemand() {
        long first = worker.allocate(MemoryPool.INDEX, 5000);
        long second = worker.allocate(MemoryPool.INDEX, 5000);
        worker.free(first);
        worker.free(second);
        assertTrue(allocator.recheck() >= 10_000);
        Memory.putByte(first + 4999, (byte) 1);
        assertEquals(
                4999,
                assertThrows(MemoryMisuseException.class, allocator::recheck).offsetBytes());
        Memory.putByte(first + 4999, Patterns.FREED);
        allocator.recheck();
    }

    @Test
    void findsAWritePastTheEndWhenTheBlockIsFreed() {
        for (int size : new int[] {1, 63, 64, 100, 128, 4096, 65536, (1 << 20) - 16}) {
            long address = allocateABlock(size);
            Memory.putByte(address + size, (byte) 9);
            MemoryMisuseException found = assertThrows(MemoryMisuseException.class, () -> worker.free(address));
            assertEquals(size, found.offsetBytes());
            String message = found.getMessage();
            assertTrue(message.contains("sizeBytes=" + size + ", firstChangedOffsetBytes=" + size), message);
            assertTrue(message.contains("found=0x9, expected=0xeb"), message);
            assertEquals("allocateABlock", callerIn(found.getCause()));
            assertEquals(0, allocator.liveBytes(), "the block is free all the same");
        }
    }

    @Test
    void findsAWriteToTheLastByteOfTheSlack() {
        long address = worker.allocate(MemoryPool.SPILL, 1100);
        Memory.putByte(address + 1279, (byte) 9);
        assertEquals(
                1279,
                assertThrows(
                                MemoryMisuseException.class,
                                () -> allocator.shared().free(address))
                        .offsetBytes());
    }

    @Test
    void findsHandlesThatOutlivedTheirBlock() {
        long address = worker.allocate(MemoryPool.INDEX, 200);
        int generation = worker.generationOf(address);
        long stamped = StampedAddress.of(worker, address);
        worker.checkGeneration(address, generation);
        assertEquals(address, StampedAddress.check(allocator.shared(), stamped));
        freeTheBlock(address);
        assertThrows(IllegalArgumentException.class, () -> worker.checkGeneration(address, generation));
        assertThrows(IllegalArgumentException.class, () -> StampedAddress.check(worker, stamped));
        long again = worker.allocate(MemoryPool.INDEX, 200);
        assertEquals(address, again);
        assertNotEquals(generation, worker.generationOf(again));
        MemoryMisuseException found =
                assertThrows(MemoryMisuseException.class, () -> StampedAddress.check(worker, stamped));
        assertTrue(found.getMessage().contains("generation=0, generationNow=1"), found.getMessage());
        assertEquals("freeTheBlock", callerIn(found.getCause()));
        worker.free(again);
    }

    @Test
    void generationsComeRoundAfterSixteenBits() {
        try (SlabAllocator quiet = SlabAllocator.open(QUIET)) {
            BlockAllocator handle = quiet.worker(0);
            long address = handle.allocate(MemoryPool.INDEX, 40);
            for (int i = 0; i < 1 << 16; i++) {
                assertEquals(i, handle.generationOf(address));
                handle.free(address);
                assertEquals(address, handle.allocate(MemoryPool.INDEX, 40));
            }
            assertEquals(0, handle.generationOf(address));
            handle.free(address);
        }
    }

    @Test
    void fillsNewBlocksSoThatUnwrittenBytesShow() {
        long address = worker.allocate(MemoryPool.INDEX, 300);
        assertEquals(0xCBCB_CBCB, Memory.getInt(address));
        assertEquals(-1, Patterns.firstOther(address, 300, Patterns.FRESH));
        worker.free(address);
        assertEquals(-1, Patterns.firstOther(address, 320, Patterns.FREED));
    }

    @Test
    void theUsableSizeIsWhatWasAskedFor() {
        for (int size : new int[] {1, 64, 65, 4096, 1 << 20}) {
            long address = worker.allocate(MemoryPool.EVENTS, size);
            assertEquals(size, worker.sizeOf(address));
            assertEquals(size, allocator.shared().sizeOf(address));
            worker.free(address);
        }
        assertThrows(IllegalArgumentException.class, () -> worker.allocate(MemoryPool.EVENTS, 0));
        assertThrows(IllegalArgumentException.class, () -> worker.allocate(MemoryPool.EVENTS, (1 << 20) + 1));
    }

    @Test
    void aDoubleFreeSaysWhereTheFirstWas() {
        long address = worker.allocate(MemoryPool.INDEX, 100);
        freeTheBlock(address);
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> worker.free(address));
        assertEquals("freeTheBlock", callerIn(refusal.getCause()));
        assertThrows(IllegalArgumentException.class, () -> worker.free(address + 64));
        assertThrows(IllegalArgumentException.class, () -> worker.free(64));
        assertEquals(-1, Patterns.firstOther(address, 128, Patterns.FREED));
    }

    @Test
    void doesNotBlameTheProgramForMemoryThatWasGivenBack() {
        FakeMachine machine = new FakeMachine();
        machine.wipesGivenBack = true;
        try (SlabAllocator wiped = SlabAllocator.open(QUIET, FakeMachine.topology(1), machine, machine)) {
            BlockAllocator handle = wiped.worker(0);
            for (int round = 0; round < 2; round++) {
                List<Long> small = allocate(handle, 240, 60_000);
                List<Long> kept = new ArrayList<>();
                for (int i = 0; i < 240; i += 30) {
                    kept.add(small.get(i));
                }
                small.removeAll(kept);
                small.forEach(handle::free);
                List<Long> large = allocate(handle, 14, 1_000_000);
                kept.forEach(handle::free);
                large.forEach(handle::free);
                assertTrue(machine.givenBackBytes > 0);
            }
            wiped.recheck();
        }
    }

    @Test
    void doesNotBlameTheProgramForPagesThatWereGivenBack() {
        FakeMachine machine = new FakeMachine();
        machine.wipesGivenBack = true;
        AtomicLong nowNanos = new AtomicLong();
        AllocatorConfig config = QUIET.withTiers(TierSizes.DEFAULT.withFloorBytes(0));
        try (SlabAllocator wiped =
                SlabAllocator.open(config, FakeMachine.topology(1), machine, machine, nowNanos::get)) {
            BlockAllocator handle = wiped.worker(0);
            List<Long> blocks = allocate(handle, 200, 20_000);
            for (int i = 0; i < 200; i += 2) {
                handle.free(blocks.get(i));
            }
            wiped.handles().forEach(MagazineAllocator::flushMagazines);
            nowNanos.addAndGet(2 * TierSizes.DEFAULT.decay().toNanos());
            wiped.giveBackIdle();
            assertTrue(machine.givenBackBytes > 100 * 12_000, "bytes=" + machine.givenBackBytes);
            wiped.recheck();
            allocate(handle, 100, 20_000).forEach(handle::free);
            for (int i = 1; i < 200; i += 2) {
                handle.free(blocks.get(i));
            }
        }
    }

    @Test
    void sizesThatChangeRaiseNoFalseAlarm() {
        long seed = 0x5EED_0102L;
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> live = new ArrayList<>();
        for (int step = 0; step < 40_000; step++) {
            if (live.size() < 200 && random.nextInt(10) < 5 + 4 * ((step / 2000) % 2)) {
                int size = 1 + random.nextInt(1 << random.nextInt(1, 17));
                MemoryPool pool = MemoryPool.values()[random.nextInt(5)];
                long address = (random.nextBoolean() ? worker : allocator.shared()).tryAllocate(pool, size);
                if (address != BlockAllocator.NONE) {
                    Memory.fill(address, size, (byte) step);
                    live.add(address);
                }
            } else if (!live.isEmpty()) {
                worker.free(live.remove(random.nextInt(live.size())));
            }
            if (step % 10_000 == 0) {
                allocator.recheck();
            }
        }
        live.forEach(worker::free);
        assertTrue(allocator.recheck() > 0, "seed=" + seed);
        assertEquals(0, allocator.liveBytes());
    }

    @Test
    void blocksThatTravelBetweenThreadsRaiseNoFalseAlarm() throws InterruptedException {
        BlockingQueue<Long> queue = new ArrayBlockingQueue<>(64);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread consumer = new Thread(() -> {
            try {
                for (int i = 0; i < 20_000; i++) {
                    long address = queue.take();
                    Memory.putByte(address, (byte) i);
                    allocator.worker(1).free(address);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        consumer.start();
        for (int i = 0; i < 20_000 && failure.get() == null; i++) {
            long address = worker.allocate(MemoryPool.EVENTS, 64 + i % 1000);
            Memory.putByte(address + 63, (byte) i);
            queue.put(address);
        }
        consumer.join();
        assertNull(failure.get());
        assertEquals(0, allocator.liveBytes());
        allocator.recheck();
    }

    @Test
    void saysWhatAnAddressIs() {
        long address = worker.allocate(MemoryPool.NETWORK, 100);
        String live = allocator.describe(address + 3);
        assertTrue(live.startsWith("live block: address=0x" + Long.toHexString(address) + ", pool=NETWORK"), live);
        assertTrue(live.contains("offsetBytes=3, generation=0, canaryBytes=28"), live);
        worker.free(address);
        String free = allocator.describe(address);
        assertTrue(free.startsWith("free block") && free.contains("generation=1, patternBytes=128"), free);
        assertTrue(allocator.describe(12).contains("no block of this allocator"));
        assertEquals("", allocator.blockMap());
    }

    private static List<Long> allocate(BlockAllocator handle, int count, int sizeBytes) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(handle.allocate(MemoryPool.INDEX, sizeBytes));
        }
        return blocks;
    }

    private void freeTheBlock(long address) {
        worker.free(address);
    }

    private long allocateABlock(int sizeBytes) {
        return worker.allocate(MemoryPool.SNAPSHOT, sizeBytes);
    }

    /** The method of this class that a stack ends in. */
    private static String callerIn(Throwable where) {
        assertNotNull(where);
        assertInstanceOf(Throwable.class, where);
        for (StackTraceElement frame : where.getStackTrace()) {
            if (frame.getClassName().equals(CheckingAllocatorTest.class.getName())) {
                return frame.getMethodName();
            }
        }
        return "none";
    }
}
