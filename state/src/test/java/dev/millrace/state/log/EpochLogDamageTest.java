package dev.millrace.state.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log makes of files that a crash, a disk or a hand has changed. */
class EpochLogDamageTest {
    private static final int SETTLED_BYTES = LogFormat.PREFIX_BYTES + LogFormat.SETTLED_BYTES;

    @TempDir
    Path directory;

    private Path file;
    private byte[] whole;
    private int endOfFirst;

    private EpochLog open() {
        return EpochLog.open(FileOps.real(), directory, EpochLogConfig.DEFAULT);
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    @BeforeEach
    void writeTwoEpochs() throws IOException {
        try (EpochLog log = open()) {
            log.appendPart(1, (byte) 1, 1, bytes("first"));
            log.commit(1, bytes("m1"));
            endOfFirst = (int) log.sizeBytes();
            log.appendPart(2, (byte) 1, 1, bytes("second"));
            log.appendPart(2, (byte) 2, 1, bytes("sink"));
            log.commit(2, bytes("m2"));
        }
        file = directory.resolve("epochs-0000000000000001.log");
        whole = Files.readAllBytes(file);
    }

    @Test
    void anEndTornAtAnyByteLeavesTheCommitBefore() throws IOException {
        for (int size = 0; size < whole.length; size++) {
            Files.write(file, Arrays.copyOf(whole, size));
            try (EpochLog log = open()) {
                boolean hasFirst = size >= endOfFirst - SETTLED_BYTES;
                boolean hasSecond = size >= whole.length - SETTLED_BYTES;
                assertEquals(hasSecond ? 2 : hasFirst ? 1 : 0, log.lastCommitted(), "sizeBytes=" + size);
                // Behind the last commit stands again that it is one.
                assertEquals(
                        hasSecond ? whole.length : hasFirst ? endOfFirst : LogFormat.HEADER_BYTES, Files.size(file));
                log.commit(log.lastCommitted() + 1, bytes("goes on"));
            }
            try (EpochLog log = open()) {
                int kept = size >= whole.length - SETTLED_BYTES ? 2 : size >= endOfFirst - SETTLED_BYTES ? 1 : 0;
                assertEquals(kept + 1, log.lastCommitted(), "sizeBytes=" + size);
            }
        }
    }

    @Test
    void anEndThatIsZerosOrOldBytesIsCutOff() throws IOException {
        for (byte filler : new byte[] {0, 1, 2, (byte) 0xff}) {
            byte[] longer = Arrays.copyOf(whole, whole.length + 5000);
            Arrays.fill(longer, whole.length, longer.length, filler);
            Files.write(file, longer);
            try (EpochLog log = open()) {
                assertEquals(2, log.lastCommitted());
            }
            assertArrayEquals(whole, Files.readAllBytes(file));
        }
    }

    @Test
    void anyBitFlippedInWhatWasPromisedIsFoundAndNothingIsChanged() throws IOException {
        for (int at = 0; at < whole.length - SETTLED_BYTES; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            CorruptLogException found = assertThrows(CorruptLogException.class, this::open, "at=" + at);
            assertTrue(found.offsetBytes() <= at && found.getMessage().contains(file.toString()));
            assertArrayEquals(flipped, Files.readAllBytes(file));
        }
    }

    @Test
    void whatWasForcedInPartAndNeverPromisedIsCutOff() throws IOException {
        // The commit is on the device and a part before it is not: that is what reordered writes leave of a force that
        // did not return.
        byte[] unpromised = Arrays.copyOf(whole, whole.length - SETTLED_BYTES);
        for (int at = endOfFirst; at < unpromised.length; at++) {
            byte[] torn = unpromised.clone();
            torn[at] ^= 0x10;
            Files.write(file, torn);
            try (EpochLog log = open()) {
                assertEquals(1, log.lastCommitted(), "at=" + at);
            }
            assertArrayEquals(Arrays.copyOf(whole, endOfFirst), Files.readAllBytes(file));
        }
    }

    @Test
    void aSegmentBehindACommitShowsThatItWasPromised() throws IOException {
        byte[] unpromised = Arrays.copyOf(whole, whole.length - SETTLED_BYTES);
        unpromised[endOfFirst + 20] ^= 1;
        Files.write(file, unpromised);
        Files.write(
                directory.resolve("epochs-0000000000000003.log"),
                LogFormat.header(3, 2).array());
        assertThrows(CorruptLogException.class, this::open);
    }

    @Test
    void aBitFlippedBehindTheLastCommitIsHarmless() throws IOException {
        try (EpochLog log = open()) {
            log.appendPart(3, (byte) 1, 1, bytes("never committed"));
        }
        byte[] longer = Files.readAllBytes(file);
        for (int at = whole.length; at < longer.length; at++) {
            byte[] flipped = longer.clone();
            flipped[at] ^= 1;
            Files.write(file, flipped);
            try (EpochLog log = open()) {
                assertEquals(2, log.lastCommitted());
            }
        }
    }

    @Test
    void aLogInsideAPayloadIsNotMistakenForRecords() throws IOException {
        Files.write(file, Arrays.copyOf(whole, endOfFirst));
        try (EpochLog log = open()) {
            log.appendPart(2, (byte) 1, 1, ByteBuffer.wrap(whole));
        }
        byte[] torn = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(torn, torn.length - 1));
        try (EpochLog log = open()) {
            assertEquals(1, log.lastCommitted());
        }
    }

    @Test
    void anUnknownFormatIsRefused() throws IOException {
        byte[] changed = whole.clone();
        ByteBuffer header = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(LogFormat.VERSION_OFFSET, 9);
        header.putInt(LogFormat.HEADER_CRC_OFFSET, LogFormat.headerCrc(header));
        Files.write(file, changed);
        CorruptLogException refused = assertThrows(CorruptLogException.class, this::open);
        assertTrue(refused.getMessage().contains("version=9, knownVersion=1"), refused.getMessage());
    }

    @Test
    void damageThatAppearsWhileTheLogIsOpenIsFoundByTheReader() throws IOException {
        try (EpochLog log = open()) {
            byte[] flipped = whole.clone();
            flipped[endOfFirst + 30] ^= 1;
            Files.write(file, flipped);
            assertThrows(CorruptLogException.class, () -> log.forEachPart(0, 2, (epoch, kind, owner, payload) -> {}));
        }
    }
}
