package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.StateFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StateDeltaTest {
    private static final byte[] DELETED = new byte[0];

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static List<ByteBuffer> drain(StateDeltaWriter writer, int partBytes) {
        List<ByteBuffer> parts = new ArrayList<>();
        writer.drain(
                partBytes,
                part -> parts.add(
                        ByteBuffer.allocate(part.remaining()).put(part).flip()));
        return parts;
    }

    @Test
    void aStoredKeyHasThisLayoutAndGivesItsPartsBack() {
        byte[] stored = StoredKey.of(0xfffe, 0x0102, 5, bytes("ab"));
        assertEquals("fffe010280000000000000056162", HexFormat.of().formatHex(stored));
        assertEquals(0xfffe, StoredKey.keyGroup(stored));
        assertEquals(0x0102, StoredKey.stateId(stored));
        assertEquals(5, StoredKey.namespace(stored));
        assertArrayEquals(new byte[] {'a', 'b'}, StoredKey.key(stored));
        assertEquals(Long.MIN_VALUE, StoredKey.namespace(StoredKey.of(1, 2, Long.MIN_VALUE, bytes(""))));
    }

    @Test
    void storedKeysAreOrderedByGroupThenStateThenNamespaceThenKey() {
        byte[][] ascending = {
            StoredKey.of(1, 9, 0, bytes("z")),
            StoredKey.of(2, 1, Long.MAX_VALUE, bytes("z")),
            StoredKey.of(2, 2, Long.MIN_VALUE, bytes("z")),
            StoredKey.of(2, 2, -1, bytes("z")),
            StoredKey.of(2, 2, 0, bytes("")),
            StoredKey.of(2, 2, 0, bytes("a")),
            StoredKey.of(2, 2, 1, bytes("")),
            StoredKey.of(40000, 0, 0, bytes("")),
        };
        for (int i = 1; i < ascending.length; i++) {
            assertTrue(Arrays.compareUnsigned(ascending[i - 1], ascending[i]) < 0, "i=" + i);
        }
    }

    @Test
    void refusesWhatCannotBeStored() {
        StateDeltaWriter writer = new StateDeltaWriter();
        ByteBuffer tooLong = ByteBuffer.allocate(StateDeltaWriter.MAX_VALUE_BYTES + 1);
        assertThrows(IllegalArgumentException.class, () -> writer.put(0x10000, 0, 0, bytes(""), bytes("")));
        assertThrows(IllegalArgumentException.class, () -> writer.delete(0, -1, 0, bytes("")));
        assertThrows(IllegalArgumentException.class, () -> writer.put(0, 0, 0, bytes(""), tooLong));
        tooLong.limit(StoredKey.MAX_KEY_BYTES + 1);
        assertThrows(IllegalArgumentException.class, () -> writer.put(0, 0, 0, tooLong, bytes("")));
        assertEquals(0, writer.entryCount());
        assertEquals(List.of(), drain(writer, 100));
    }

    @Test
    void aPayloadHasThisLayout() {
        StateDeltaWriter writer = new StateDeltaWriter();
        writer.put(1, 2, 0, bytes("k"), bytes("v"));
        writer.delete(1, 1, 0, bytes(""));
        List<ByteBuffer> parts = drain(writer, 1000);
        assertEquals(1, parts.size());
        assertEquals(
                "0c" + "000100018000000000000000" + "00" + "0d" + "000100028000000000000000" + "6b" + "01" + "01"
                        + "76",
                HexFormat.of().formatHex(parts.get(0).array()));
    }

    @Test
    void readingUndoesWriting() {
        StateDeltaWriter writer = new StateDeltaWriter();
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
            int count = random.nextInt(400);
            for (int i = 0; i < count; i++) {
                mutate(writer, model, random, seed % 2 == 0);
            }
            assertEquals(count, writer.entryCount());
            int partBytes = 1 + random.nextInt(5000);
            List<ByteBuffer> parts = drain(writer, partBytes);
            TreeMap<byte[], byte[]> seen = new TreeMap<>(Arrays::compareUnsigned);
            for (ByteBuffer part : parts) {
                int entryCount = 0;
                StateDeltaReader reader = new StateDeltaReader(part);
                while (reader.next()) {
                    assertTrue(
                            seen.isEmpty() || Arrays.compareUnsigned(seen.lastKey(), reader.key()) < 0, "seed=" + seed);
                    byte[] value = reader.value();
                    seen.put(reader.key(), value == null ? DELETED : value);
                    entryCount++;
                }
                assertTrue(part.remaining() <= partBytes || entryCount == 1, "seed=" + seed);
            }
            assertSame(model, seen, seed);
        }
    }

    private static void mutate(StateDeltaWriter writer, Map<byte[], byte[]> model, Random random, boolean isUniform) {
        byte[] key = new byte[random.nextInt(random.nextBoolean() ? 3 : 12)];
        for (int i = 0; i < key.length; i++) {
            // Few bytes, so that keys begin the same, and zeros, which look like the end of a key.
            key[i] = (byte) (random.nextInt(4) * 0x55);
        }
        int keyGroup = random.nextInt(3) * 0x7fff;
        int stateId = isUniform ? 1 : random.nextInt(2);
        long namespace = isUniform ? -1 : random.nextInt(3) - 1L;
        byte[] stored = StoredKey.of(keyGroup, stateId, namespace, ByteBuffer.wrap(key));
        if (random.nextInt(3) == 0) {
            writer.delete(keyGroup, stateId, namespace, ByteBuffer.wrap(key));
            model.put(stored, DELETED);
        } else {
            byte[] value = new byte[1 + random.nextInt(200)];
            random.nextBytes(value);
            writer.put(keyGroup, stateId, namespace, ByteBuffer.wrap(key), ByteBuffer.wrap(value));
            model.put(stored, value);
        }
    }

    private static void assertSame(Map<byte[], byte[]> expected, Map<byte[], byte[]> found, long seed) {
        assertEquals(expected.size(), found.size(), "seed=" + seed);
        expected.forEach((key, value) -> assertArrayEquals(value, found.get(key), "seed=" + seed));
    }

    @Test
    void givesEverythingAgainWhenAPayloadWasNotTaken() {
        StateDeltaWriter writer = new StateDeltaWriter();
        writer.put(1, 2, 0, bytes("b"), bytes("1"));
        writer.put(1, 2, 0, bytes("a"), bytes("2"));
        assertThrows(
                StateFileException.class,
                () -> writer.drain(1, part -> {
                    throw new StateFileException("disk is full");
                }));
        assertEquals(2, drain(writer, 1).size());
        assertEquals(0, drain(writer, 1).size());
        writer.delete(1, 2, 0, bytes("a"));
        writer.clear();
        assertEquals(0, drain(writer, 1).size());
    }

    @Test
    void aMergeShowsTheLatestOfEqualKeys() {
        StateDeltaWriter writer = new StateDeltaWriter();
        List<StateDeltaReader> runs = new ArrayList<>();
        for (String word : List.of("a1", "b1", "b2", "c2", "a3")) {
            writer.put(0, 0, 0, bytes(word.substring(0, 1)), bytes(word.substring(1)));
            if (word.charAt(0) == 'b' && word.charAt(1) == '2') {
                writer.delete(0, 0, 0, bytes("d"));
            }
            runs.add(new StateDeltaReader(drain(writer, 1000).get(0)));
        }
        MergedRun merged = new MergedRun(runs);
        StringBuilder seen = new StringBuilder();
        while (merged.next()) {
            byte[] value = merged.value();
            seen.append(new String(StoredKey.key(merged.key()), StandardCharsets.UTF_8))
                    .append(value == null ? "-" : new String(value, StandardCharsets.UTF_8));
        }
        assertEquals("a3b2c2d-", seen.toString());
        assertFalse(merged.next());
    }

    @Test
    void chainsOfPiecesShowWhatAMergeOfThePiecesShows() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<ByteBuffer> pieces = new ArrayList<>();
            int drains = 1 + random.nextInt(5);
            for (int i = 0; i < drains; i++) {
                StateDeltaWriter writer = new StateDeltaWriter();
                for (int n = random.nextInt(60); n > 0; n--) {
                    ByteBuffer key = bytes("k" + random.nextInt(40));
                    if (random.nextInt(4) == 0) {
                        writer.delete(random.nextInt(3), 0, 0, key);
                    } else {
                        writer.put(random.nextInt(3), 0, 0, key, bytes("v" + seed + "." + i + "." + n));
                    }
                }
                pieces.addAll(drain(writer, 60));
            }
            List<DeltaChain> chains = DeltaChain.of(pieces);
            assertTrue(chains.size() <= drains, "seed=" + seed + ", chains=" + chains.size());
            assertEquals(
                    text(new MergedRun(
                            pieces.stream().map(StateDeltaReader::new).toList())),
                    text(new MergedRun(chains)),
                    "seed=" + seed);
        }
    }

    private static String text(MergedRun run) {
        StringBuilder text = new StringBuilder();
        while (run.next()) {
            text.append(HexFormat.of().formatHex(run.key())).append(Arrays.toString(run.value()));
        }
        return text.toString();
    }

    @Test
    void aDamagedPayloadIsATypedFaultOrOtherEntriesButNeverAnythingElse() {
        StateDeltaWriter writer = new StateDeltaWriter();
        writer.put(1, 2, 3, bytes("key"), bytes("value"));
        writer.delete(1, 2, 4, bytes("key"));
        byte[] whole = drain(writer, 1000).get(0).array();
        for (int size = 1; size < whole.length; size++) {
            StateDeltaReader torn = new StateDeltaReader(ByteBuffer.wrap(whole, 0, size));
            if (size != 23) { // The end of the first entry.
                assertThrows(StateFileException.class, () -> readAll(torn), "sizeBytes=" + size);
            }
        }
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                readAll(new StateDeltaReader(ByteBuffer.wrap(changed)));
                DeltaChain.of(List.of(ByteBuffer.wrap(changed)));
            } catch (StateFileException e) {
                assertTrue(e.getMessage().startsWith("state delta is damaged"), e.getMessage());
            }
        }
    }

    private static void readAll(StateDeltaReader reader) {
        while (reader.next()) {
            assertTrue(reader.key().length >= StoredKey.HEADER_BYTES);
        }
    }
}
