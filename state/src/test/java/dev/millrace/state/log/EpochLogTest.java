package dev.millrace.state.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FaultyFileOps;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.SimulatedFiles;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochLogTest {
    private static final byte STATE = 1;
    private static final EpochLogConfig SMALL = new EpochLogConfig(1024);

    private final FileOps files = FileOps.real();

    @TempDir
    Path directory;

    private EpochLog open() {
        return EpochLog.open(files, directory, SMALL);
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static List<String> parts(EpochLog log, long after, long upTo) {
        List<String> seen = new ArrayList<>();
        log.forEachPart(
                after,
                upTo,
                (epoch, kind, owner, payload) -> seen.add(epoch + ":" + kind + ":" + owner + ":" + text(payload)));
        return seen;
    }

    private List<Path> segmentFiles() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** One epoch with two parts, the second of a kilobyte so that a small segment is full. */
    private static void writeFull(EpochLog log, long epoch) {
        log.appendPart(epoch, STATE, 7, bytes("a" + epoch));
        log.appendPart(epoch, (byte) 2, 8, ByteBuffer.allocate(1024));
        log.commit(epoch, bytes("m" + epoch));
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static SimulatedFiles device(long seed) throws IOException {
        SimulatedFiles device = new SimulatedFiles(seed);
        device.createDirectories(Path.of("/log"));
        device.forceDirectory(Path.of("/"));
        return device;
    }

    @Test
    void aNoteThatWasLostInAFailedForceIsNoDamageLater() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            SimulatedFiles device = device(seed);
            EpochLog first = EpochLog.open(device, Path.of("/log"), SMALL);
            first.commit(1, bytes("m"));
            device.failNextForce();
            assertThrows(LogFailedException.class, () -> first.commit(2, bytes("m")));

            SimulatedFiles next = device.afterKill();
            EpochLog second = EpochLog.open(next, Path.of("/log"), SMALL);
            second.commit(2, bytes("again"));
            SimulatedFiles left = next.afterPowerLoss(new Random(seed));
            assertEquals(2, EpochLog.open(left, Path.of("/log"), SMALL).lastCommitted());
        }
    }

    @Test
    void aCommitWhoseForceFailedInAKilledProcessIsDurableOnceTheNextOneHasOpenedTheLog() throws IOException {
        for (int epochsBefore = 0; epochsBefore < 4; epochsBefore++) {
            SimulatedFiles device = device(epochsBefore);
            EpochLog first = EpochLog.open(device, Path.of("/log"), SMALL);
            for (long epoch = 1; epoch <= epochsBefore; epoch++) {
                writeFull(first, epoch);
            }
            long epoch = epochsBefore + 1L;
            first.appendPart(epoch, STATE, 7, ByteBuffer.allocate(3000));
            device.failNextForce();
            int[] operations = {0};
            // The head, the payload and the force.
            device.afterEachOperation(() -> {
                if (++operations[0] == 3) {
                    throw new Killed();
                }
            });
            assertThrows(Killed.class, () -> first.commit(epoch, bytes("m")));

            SimulatedFiles next = device.afterKill();
            EpochLog second = EpochLog.open(next, Path.of("/log"), SMALL);
            assertEquals(epoch, second.lastCommitted());
            for (int image = 0; image < 50; image++) {
                SimulatedFiles left = next.afterPowerLoss(new Random(image));
                assertEquals(epoch, EpochLog.open(left, Path.of("/log"), SMALL).lastCommitted());
            }
        }
    }

    @Test
    void anEmptyLogHasNothingCommitted() {
        try (EpochLog log = open()) {
            assertEquals(0, log.lastCommitted());
            assertEquals(0, log.lastMetadata().remaining());
            assertEquals(List.of(), parts(log, 0, Long.MAX_VALUE));
        }
    }

    @Test
    void givesBackWhatWasCommittedInEpochOrder() {
        try (EpochLog log = open()) {
            log.appendPart(1, STATE, 1, bytes("one"));
            log.appendPart(2, STATE, 1, bytes("two, ahead of the commit of one"));
            log.appendPart(1, (byte) 2, -5, bytes("sink"));
            log.commit(1, bytes("m1"));
            log.appendPart(2, STATE, 2, bytes(""));
            log.commit(2, bytes("m2"));
            log.commit(5, bytes("m5"));
        }
        try (EpochLog log = open()) {
            assertEquals(5, log.lastCommitted());
            assertEquals("m5", text(log.lastMetadata()));
            List<String> two = List.of("2:1:1:two, ahead of the commit of one", "2:1:2:");
            assertEquals(two, parts(log, 1, 5));
            assertEquals(List.of("1:1:1:one", "1:2:-5:sink"), parts(log, 0, 1));
        }
    }

    @Test
    void partsWithoutACommitAreGoneAfterReopening() {
        try (EpochLog log = open()) {
            log.appendPart(2, STATE, 1, bytes("ahead"));
            log.appendPart(1, STATE, 1, bytes("one"));
            log.commit(1, bytes(""));
            log.appendPart(2, STATE, 2, bytes("behind"));
        }
        try (EpochLog log = open()) {
            assertEquals(1, log.lastCommitted());
            log.appendPart(2, STATE, 1, bytes("again"));
            log.commit(2, bytes(""));
            assertEquals(List.of("1:1:1:one", "2:1:1:again"), parts(log, 0, 9));
        }
        try (EpochLog log = open()) {
            assertEquals(List.of("2:1:1:again"), parts(log, 1, 9));
        }
    }

    @Test
    void refusesEpochsThatAreCommittedAndRecordsThatAreTooLong() {
        try (EpochLog log = open()) {
            log.commit(3, bytes(""));
            assertThrows(IllegalArgumentException.class, () -> log.commit(3, bytes("")));
            assertThrows(IllegalArgumentException.class, () -> log.appendPart(2, STATE, 0, bytes("")));
            long sizeBytes = log.sizeBytes();
            ByteBuffer tooLong = ByteBuffer.allocate(EpochLog.MAX_RECORD_BYTES);
            assertThrows(IllegalArgumentException.class, () -> log.appendPart(4, STATE, 0, tooLong));
            assertThrows(IllegalArgumentException.class, () -> log.commit(4, tooLong));
            assertEquals(sizeBytes, log.sizeBytes());
            log.appendPart(4, STATE, 0, tooLong.limit(EpochLog.MAX_PART_BYTES));
            log.commit(4, bytes(""));
            log.forEachPart(
                    3, 4, (epoch, kind, owner, payload) -> assertEquals(EpochLog.MAX_PART_BYTES, payload.remaining()));
        }
    }

    @Test
    void refusesPartsOfTooManyEpochsAtOnce() {
        try (EpochLog log = open()) {
            for (int epoch = 1; epoch <= CommittedEpochs.MAX_PENDING; epoch++) {
                log.appendPart(epoch, STATE, 0, bytes(""));
            }
            assertThrows(
                    IllegalStateException.class,
                    () -> log.appendPart(CommittedEpochs.MAX_PENDING + 1, STATE, 0, bytes("")));
            log.commit(1, bytes(""));
            log.appendPart(CommittedEpochs.MAX_PENDING + 1, STATE, 0, bytes(""));
        }
    }

    @Test
    void isNotUsedAfterClose() {
        EpochLog log = open();
        log.close();
        log.close();
        assertThrows(IllegalStateException.class, () -> log.commit(1, bytes("")));
        assertThrows(IllegalStateException.class, () -> parts(log, 0, 1));
    }

    @Test
    void beginsANewSegmentOnlyBehindACommit() throws IOException {
        try (EpochLog log = open()) {
            log.appendPart(1, STATE, 1, ByteBuffer.allocate(5000));
            log.appendPart(1, STATE, 1, ByteBuffer.allocate(5000));
            log.commit(1, bytes(""));
            assertEquals(1, segmentFiles().size());
            writeFull(log, 2);
            writeFull(log, 3);
            assertEquals(3, segmentFiles().size());
            assertEquals(
                    "epochs-0000000000000003.log",
                    segmentFiles().get(2).getFileName().toString());
        }
        try (EpochLog log = open()) {
            assertEquals(3, log.lastCommitted());
            assertEquals(6, parts(log, 0, 3).size());
        }
    }

    @Test
    void trimsSegmentsThatSpeakOnlyOfOlderEpochs() throws IOException {
        try (EpochLog log = open()) {
            for (int epoch = 1; epoch <= 4; epoch++) {
                writeFull(log, epoch);
            }
            log.trim(2);
            assertEquals(2, segmentFiles().size());
            assertEquals(2, log.trimmedEpoch());
            assertEquals(4, parts(log, 2, 4).size());
            assertThrows(IllegalArgumentException.class, () -> parts(log, 1, 4));
            log.trim(Long.MAX_VALUE);
            assertEquals(1, segmentFiles().size());
        }
        try (EpochLog log = open()) {
            assertEquals(4, log.lastCommitted());
            assertEquals("m4", text(log.lastMetadata()));
            assertEquals(3, log.trimmedEpoch());
            assertEquals(2, parts(log, 3, 4).size());
        }
    }

    @Test
    void keepsTheSegmentOfTheLastCommitWhenANewerOneIsBegun() throws IOException {
        try (EpochLog log = open()) {
            writeFull(log, 1);
            log.appendPart(2, STATE, 1, bytes("next"));
            assertEquals(2, segmentFiles().size());
            log.trim(Long.MAX_VALUE);
            assertEquals(2, segmentFiles().size());
        }
        try (EpochLog log = open()) {
            assertEquals(1, log.lastCommitted());
            assertEquals(1, segmentFiles().size());
        }
    }

    @Test
    void anEpochWhoseFirstPartWasTrimmedIsTrimmedTooAfterReopening() throws IOException {
        try (EpochLog log = open()) {
            log.appendPart(3, STATE, 1, bytes("far ahead"));
            writeFull(log, 1);
            writeFull(log, 2);
            log.trim(2);
            assertEquals(2, segmentFiles().size());
            log.appendPart(3, STATE, 2, bytes("late"));
            log.commit(3, bytes("m3"));
            writeFull(log, 4);
            log.trim(3);
        }
        try (EpochLog log = open()) {
            assertEquals(3, log.trimmedEpoch());
            assertEquals(4, log.lastCommitted());
            assertEquals(2, parts(log, 3, 4).size());
            assertThrows(IllegalArgumentException.class, () -> parts(log, 2, 4));
        }
    }

    @Test
    void aMissingSegmentInTheMiddleIsDamage() throws IOException {
        try (EpochLog log = open()) {
            for (int epoch = 1; epoch <= 3; epoch++) {
                writeFull(log, epoch);
            }
        }
        Files.delete(segmentFiles().get(1));
        assertThrows(CorruptLogException.class, this::open);
        assertEquals(2, segmentFiles().size());
    }

    @Test
    void aCommitReturnsOnlyBehindAForceOfItsSegment() throws IOException {
        FaultyFileOps watched = FaultyFileOps.counting(files);
        try (EpochLog log = EpochLog.open(watched, directory, SMALL)) {
            for (int epoch = 1; epoch <= 3; epoch++) {
                writeFull(log, epoch);
                List<Path> segments = segmentFiles();
                Path segment = segments.get(segments.size() - 1);
                // The last is the note that the force has returned.
                assertEquals(List.of("force " + segment, "write " + segment), watched.lastOperations(2));
            }
            log.trim(1);
            assertEquals("force " + directory, watched.lastOperation());
        }
    }

    @Test
    void aFailedForceIsNeverAcknowledgedLater() {
        FaultyFileOps faulty = FaultyFileOps.counting(files);
        try (EpochLog log = EpochLog.open(faulty, directory, SMALL)) {
            log.commit(1, bytes(""));
            log.appendPart(2, STATE, 1, bytes("x"));
            faulty.failAfter(1); // The commit is written.
            LogFailedException first = assertThrows(LogFailedException.class, () -> log.commit(2, bytes("")));
            assertTrue(first.getMessage().contains("what=force"), first.getMessage());
            assertSame(first, assertThrows(LogFailedException.class, () -> log.commit(2, bytes(""))));
            assertSame(first, assertThrows(LogFailedException.class, () -> log.appendPart(3, STATE, 1, bytes(""))));
            assertSame(first, assertThrows(LogFailedException.class, () -> log.trim(1)));
            assertEquals(1, log.lastCommitted());
        }
        try (EpochLog log = open()) {
            assertEquals(1, log.lastCommitted());
        }
    }

    @Test
    void everyFaultLeavesTheLastAcknowledgedCommit() throws IOException {
        long operationCount = -1;
        for (long n = 0; operationCount < 0 || n < operationCount; n++) {
            for (boolean isDeath : new boolean[] {false, true}) {
                Path place = Files.createDirectories(directory.resolve(n + "-" + isDeath));
                FaultyFileOps faulty = isDeath ? FaultyFileOps.dyingAt(files, n) : FaultyFileOps.failingOnce(files, n);
                long acknowledged = runUntilFault(faulty, place);
                if (acknowledged == 6) {
                    operationCount = n;
                }
                try (EpochLog log = EpochLog.open(files, place, SMALL)) {
                    long found = log.lastCommitted();
                    String seen = "operation=" + n + ", found=" + found + ", acknowledged=" + acknowledged;
                    assertTrue(found == acknowledged || found == acknowledged + 1, seen);
                    if (!isDeath) {
                        assertEquals(acknowledged, found, seen);
                    }
                    assertEquals(
                            (found - log.trimmedEpoch()) * 2,
                            parts(log, log.trimmedEpoch(), 9).size(),
                            seen);
                    writeFull(log, found + 1);
                }
            }
        }
        assertTrue(operationCount > 30, "operationCount=" + operationCount);
    }

    private static long runUntilFault(FileOps files, Path place) {
        long acknowledged = 0;
        for (int opening = 0; opening < 2; opening++) {
            try (EpochLog log = EpochLog.open(files, place, SMALL)) {
                for (int i = 0; i < 3; i++) {
                    writeFull(log, acknowledged + 1);
                    acknowledged++;
                    log.trim(acknowledged - 2);
                }
            } catch (StateFileException e) {
                return acknowledged;
            }
        }
        return acknowledged;
    }

    @Test
    void ignoresFilesThatAreNoSegments() throws IOException {
        Files.writeString(directory.resolve("notes.txt"), "hello");
        Files.writeString(directory.resolve("epochs-00000000000000x1.log"), "hello");
        try (EpochLog log = open()) {
            log.commit(1, bytes(""));
        }
        assertFalse(segmentFiles().isEmpty());
        assertTrue(Files.exists(directory.resolve("notes.txt")));
    }
}
