package dev.millrace.engine.internal.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.SimulatedFiles;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The log of an ingress after a crash at any moment: what was forced is there, in order, and nothing that was not written. */
final class IngressLogTest {
    private static final Path DIRECTORY = Path.of("/state/ingress/of-in");
    private static final long LIMIT_BYTES = 16 * 1024;
    private static final long LAYOUT = 77;
    private static final int IMAGES_PER_OPERATION = 4;

    private final Random luck = new Random(1);
    private long appended;
    private long durable;
    private long committed;

    private static IngressLog open(SimulatedFiles files) {
        return IngressLog.open(files, DIRECTORY, LAYOUT, LIMIT_BYTES);
    }

    /** Event n is n eights of n. */
    private void append(IngressLog log, int count) {
        int length = IngressFormat.BATCH_HEADER_BYTES;
        byte[] batch = new byte[4096];
        ByteBuffer out = ByteBuffer.wrap(batch);
        for (int i = 0; i < count; i++) {
            long number = appended + 1 + i;
            int blobBytes = Long.BYTES * (int) (1 + number % 5);
            out.putInt(length, blobBytes).putInt(length + 4, 0);
            for (int at = 0; at < blobBytes; at += Long.BYTES) {
                out.putLong(length + IngressFormat.ENTRY_HEADER_BYTES + at, number);
            }
            length += IngressFormat.ENTRY_HEADER_BYTES + blobBytes;
        }
        appended += count;
        log.append(batch, length, count);
        durable = appended;
    }

    /** Reads everything behind what is committed; fails unless it is all that is durable, and no more than was written. */
    private void check(SimulatedFiles image, long committedThen, long durableThen, long appendedThen) {
        IngressLog log = open(image);
        log.resumeBehind(committedThen);
        long next = log.nextNumber();
        assertTrue(next > durableThen, () -> "durable events are gone: next=" + next + ", durable=" + durableThen);
        assertTrue(next - 1 <= appendedThen, () -> "next=" + next + ", appended=" + appendedThen);
        try (IngressLogReader reader = log.reader()) {
            for (long number = committedThen + 1; number < next; ) {
                reader.read(number);
                byte[] bytes = reader.batch();
                int entry = IngressFormat.BATCH_HEADER_BYTES;
                long first = IngressFormat.firstNumber(bytes, 0);
                long end = first + IngressFormat.count(bytes, 0);
                assertTrue(first <= number && number < end);
                for (long each = first; each < end; each++) {
                    int blobBytes = IngressFormat.blobBytes(bytes, entry);
                    assertEquals(Long.BYTES * (1 + each % 5), blobBytes);
                    assertEquals(each, ByteBuffer.wrap(bytes).getLong(entry + IngressFormat.ENTRY_HEADER_BYTES));
                    entry += IngressFormat.ENTRY_HEADER_BYTES + blobBytes;
                }
                number = end;
            }
        }
        // A second life goes on in a file of its own.
        long appendedBefore = appended;
        long durableBefore = durable;
        appended = next - 1;
        append(log, 3);
        log.close();
        assertEquals(next + 3, open(image.afterPowerLoss(luck)).nextNumber());
        appended = appendedBefore;
        durable = durableBefore;
    }

    private void live(SimulatedFiles files, long seed) {
        Random random = new Random(seed);
        appended = 0;
        durable = 0;
        committed = 0;
        files.afterEachOperation(() -> {
            for (int i = 0; i < IMAGES_PER_OPERATION; i++) {
                SimulatedFiles image = files.afterPowerLoss(luck);
                check(image, committed, durable, appended);
            }
            check(files.afterKill(), committed, durable, appended);
        });
        IngressLog log = open(files);
        for (int i = 0; i < 40; i++) {
            int count = 1 + random.nextInt(20);
            committed += random.nextLong(durable - committed + 1);
            log.forget(committed);
            if (log.hasRoom(2000)) {
                append(log, count);
            }
        }
        log.close();
        assertTrue(durable > 100, () -> "durable=" + durable);
    }

    @Test
    void whatIsDurableSurvivesLosingPowerAtAnyMoment() {
        for (long seed = 0; seed < 8; seed++) {
            try {
                live(new SimulatedFiles(seed), seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    @Test
    void everyForceIsNeeded() {
        SimulatedFiles whole = new SimulatedFiles(0);
        live(whole, 0);
        Set<String> sites = whole.forceSites();
        assertFalse(sites.isEmpty());
        for (String site : sites) {
            // The force of a cut only matters to a second crash.
            boolean isNoticed = false;
            for (long seed = 0; seed < 20 && !isNoticed; seed++) {
                SimulatedFiles files = new SimulatedFiles(seed);
                files.loseForcesAt(site::equals);
                try {
                    live(files, seed);
                } catch (AssertionError | RuntimeException e) {
                    isNoticed = true;
                }
            }
            assertTrue(isNoticed, "nothing needs the force at " + site);
        }
    }

    @Test
    void refusesDamageToWhatWasDurableAlsoInTheLastBatch() throws IOException {
        SimulatedFiles files = new SimulatedFiles(3);
        appended = 0;
        IngressLog log = open(files);
        for (int i = 0; i < 4; i++) {
            append(log, 5);
        }
        log.close();
        Path file = DIRECTORY.resolve(IngressLog.nameOf(1));
        try (FileHandle handle = files.open(file, OpenMode.WRITE)) {
            for (int at = 0; at < handle.size() - IngressFormat.BATCH_HEADER_BYTES; at++) {
                ByteBuffer one = ByteBuffer.allocate(1);
                handle.read(at, one);
                byte was = one.get(0);
                handle.write(at, ByteBuffer.wrap(new byte[] {(byte) (was ^ 4)}));
                StateFileException e = assertThrows(StateFileException.class, () -> open(files), "atByte=" + at);
                assertTrue(e.getMessage().contains("there are events behind it"), e.getMessage());
                handle.write(at, ByteBuffer.wrap(new byte[] {was}));
            }
        }
        try (FileHandle handle = files.open(file, OpenMode.READ)) {
            for (long at = handle.size() - IngressFormat.BATCH_HEADER_BYTES; at < handle.size(); at++) {
                SimulatedFiles image = files.afterKill();
                try (FileHandle flipped = image.open(file, OpenMode.WRITE)) {
                    flipped.write(at, ByteBuffer.wrap(new byte[] {(byte) 0xA5}));
                }
                assertEquals(21, open(image).nextNumber(), "nothing is lost with a mark");
            }
        }
        assertEquals(21, open(files).nextNumber());
    }

    @Test
    void refusesEventsOfAnotherLayoutAndAStateThatDoesNotFit() {
        SimulatedFiles files = new SimulatedFiles(4);
        appended = 0;
        try (IngressLog log = open(files)) {
            append(log, 5);
        }
        IngressLog other = IngressLog.open(files, DIRECTORY, LAYOUT + 1, LIMIT_BYTES);
        try (IngressLogReader reader = other.reader()) {
            BadInputException e = assertThrows(BadInputException.class, () -> reader.read(1));
            assertTrue(e.getMessage().contains("of another type"), e.getMessage());
        }
        IngressLog committed = open(files);
        committed.resumeBehind(10); // files that were deleted, and came back
        assertEquals(11, committed.nextNumber());
        append(committed, 3);
        committed.close();
        IngressLog later = open(files);
        assertEquals(14, later.nextNumber());
        later.resumeBehind(12);
        assertThrows(StateFileException.class, () -> open(files).resumeBehind(3));
    }

    @Test
    void whatAFailedForceLeftInTheCacheAloneIsDurableOnceSomebodyGoesOnBehindIt() throws IOException {
        for (int seed = 0; seed < 100; seed++) {
            SimulatedFiles files = new SimulatedFiles(seed);
            files.createDirectories(DIRECTORY);
            files.forceName(DIRECTORY);
            files.forceName(DIRECTORY.getParent());
            files.forceName(DIRECTORY.getParent().getParent());
            appended = 0;
            durable = 0;
            IngressLog log = open(files);
            append(log, 1 + seed % 7);
            files.failNextForce();
            assertThrows(StateFileException.class, () -> append(log, 5));

            SimulatedFiles next = files.afterKill();
            IngressLog second = open(next);
            long seen = second.nextNumber();
            check(next.afterPowerLoss(luck), 0, seen - 1, appended);
            appended = seen - 1;
            append(second, 4);
            check(next.afterPowerLoss(luck), 0, appended, appended);
        }
    }
}
