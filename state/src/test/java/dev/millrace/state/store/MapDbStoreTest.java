package dev.millrace.state.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.Directories;
import dev.millrace.state.file.FaultyFileOps;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;

class MapDbStoreTest extends ColdStoreContract {
    private static final MapDbConfig LARGE_OVERLAY = new MapDbConfig(1 << 20);

    @Override
    ColdStore open(Path place) {
        return MapDbStore.open(FileOps.real(), place, LARGE_OVERLAY);
    }

    private List<Path> images() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(ImageManifest::isImage).toList();
        }
    }

    @Test
    void foldingAloneWritesNothing() throws IOException {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
            assertEquals(0, store.durableEpoch());
            assertEquals(List.of(), images());
        }
        try (ColdStore store = open(directory)) {
            assertEquals(0, store.appliedEpoch());
        }
    }

    @Test
    void buildsAnImageWhenTheOverlayOutgrowsItsBound() throws IOException {
        try (MapDbStore store = MapDbStore.open(FileOps.real(), directory, new MapDbConfig(1000))) {
            store.fold(1, run("a=" + "x".repeat(2000)));
            assertEquals(0, store.durableEpoch());
            store.fold(2, run());
            assertEquals(1, store.durableEpoch());
            assertEquals(0, store.overlayBytes());
            long quarterBytes = Files.size(images().get(0)) / 4;
            long largestBytes = 0;
            for (int epoch = 3; store.durableEpoch() == 1; epoch++) {
                largestBytes = store.overlayBytes();
                store.fold(epoch, run("k" + (100000 + epoch) + "=" + "y".repeat(50_000)));
            }
            assertTrue(largestBytes > quarterBytes && largestBytes < quarterBytes + 51_000);
            assertEquals(1, images().size());
        }
    }

    @Test
    void leavesNoHalfOfAnImageBehindAFault() throws IOException {
        boolean isDone = false;
        for (int working = 0; !isDone; working++) {
            FaultyFileOps faulty = FaultyFileOps.counting(FileOps.real());
            try (MapDbStore store = MapDbStore.open(faulty, directory, LARGE_OVERLAY)) {
                store.fold(working + 1, run("a=" + working));
                faulty.failAfter(working);
                try {
                    store.checkpoint();
                    isDone = true;
                } catch (StateFileException e) {
                    for (Path left : images()) {
                        MapDbImage.open(FileOps.real(), left).close(); // whole, and only not named
                    }
                }
                assertEquals("a=" + working, all(store));
            }
            assertFalse(working > 100);
        }
    }

    @Test
    void keepsNoMoreOnTheHeapThanItMayHoweverLargeTheImageIs() {
        try (MapDbStore store = MapDbStore.open(FileOps.real(), directory, new MapDbConfig(100, 3000))) {
            store.fold(1, largeRun("a=" + "x".repeat(200_000)));
            assertEquals(1, store.durableEpoch());
            store.fold(2, run("b=" + "y".repeat(4000)));
            store.fold(3, run("c=1"));
            assertEquals(2, store.durableEpoch());
        }
        assertThrows(IllegalArgumentException.class, () -> new MapDbConfig(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new MapDbConfig(-1));
    }

    @Test
    void aFoldThatIsLargeByItselfGoesStraightIntoAnImage() {
        FaultyFileOps faulty = FaultyFileOps.counting(FileOps.real());
        try (MapDbStore store = MapDbStore.open(faulty, directory, LARGE_OVERLAY)) {
            store.fold(1, run("a=1", "b=2"));
            faulty.failNext();
            assertThrows(StateFileException.class, () -> store.fold(2, largeRun("b=3")));
            assertEquals("a=1 b=2", all(store));
            assertEquals(1, store.appliedEpoch());
            store.fold(2, largeRun("b=3"));
            assertEquals("a=1 b=3", all(store));
            assertEquals(2, store.durableEpoch());
            assertEquals(0, store.overlayBytes());
        }
    }

    @Test
    void overwritingAKeyDoesNotGrowTheOverlay() {
        try (MapDbStore store = MapDbStore.open(FileOps.real(), directory, LARGE_OVERLAY)) {
            store.fold(1, run("a=12345"));
            long once = store.overlayBytes();
            store.fold(2, run("a=67890"));
            assertEquals(once, store.overlayBytes());
            store.fold(3, run("a"));
            assertEquals(once - 5, store.overlayBytes());
        }
    }

    @Test
    void refusesAnImageThatWasChanged() throws IOException {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
            store.checkpoint();
        }
        Path image = images().get(0);
        byte[] whole = Files.readAllBytes(image);
        byte[] flipped = whole.clone();
        flipped[flipped.length / 2] ^= 1;
        Files.write(image, flipped);
        assertThrows(CorruptImageException.class, () -> open(directory));
        Files.write(image, Arrays.copyOf(whole, whole.length - 1));
        assertThrows(CorruptImageException.class, () -> open(directory));
        Files.delete(image);
        CorruptImageException refused = assertThrows(CorruptImageException.class, () -> open(directory));
        assertTrue(refused.getMessage().contains(image.toString()), refused.getMessage());
        Files.write(image, whole);
        open(directory).close();
    }

    @Test
    void refusesAManifestThatWasChanged() throws IOException {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
            store.checkpoint();
        }
        Path manifest = directory.resolve("MANIFEST");
        byte[] whole = Files.readAllBytes(manifest);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            Files.write(manifest, flipped);
            assertThrows(CorruptImageException.class, () -> open(directory), "at=" + at);
        }
        assertEquals(1, images().size());
    }

    @Test
    void everyFaultWhileAnImageIsReplacedLeavesTheOldEpochOrTheNew() throws IOException {
        Path before = directory.resolve("before");
        try (ColdStore store = open(before)) {
            store.fold(1, run("a=1", "b=2"));
            store.checkpoint();
        }
        boolean isDone = false;
        for (long n = 0; !isDone; n++) {
            Path place = Directories.copy(before, directory.resolve("fault-" + n));
            FaultyFileOps dying = FaultyFileOps.dyingAt(FileOps.real(), n);
            try (ColdStore store = MapDbStore.open(dying, place, LARGE_OVERLAY)) {
                store.fold(2, run("a=9"));
                store.checkpoint();
                isDone = true;
            } catch (StateFileException e) {
                assertTrue(e.getMessage().contains("injected fault"), e.getMessage());
            }
            try (ColdStore store = open(place)) {
                String expected = store.durableEpoch() == 1 ? "a=1 b=2" : "a=9 b=2";
                assertEquals(expected, all(store), "operation=" + n);
                assertTrue(!isDone || store.durableEpoch() == 2);
            }
            assertFalse(n > 100);
        }
    }

    @Test
    void aCheckpointThatFailedCanBeTriedAgain() {
        FaultyFileOps faulty = FaultyFileOps.counting(FileOps.real());
        try (ColdStore store = MapDbStore.open(faulty, directory, LARGE_OVERLAY)) {
            store.fold(1, run("a=1"));
            faulty.failNext();
            assertThrows(StateFileException.class, store::checkpoint);
            assertEquals("a=1", all(store));
            assertEquals(0, store.durableEpoch());
            store.checkpoint();
            assertEquals(1, store.durableEpoch());
        }
    }

    @Test
    void imagesThatNoManifestNamesAreRemoved() throws IOException {
        Files.writeString(directory.resolve("image-0000000000000009.db"), "half an image");
        open(directory).close();
        assertEquals(List.of(), images());
    }

    /** MapDB's lz4 1.3.0 has a hole (CVE-2025-12183): the one on the class path must be its repaired successor, and must do. */
    @Test
    void compressesAndHashesWithTheRepairedLz4() {
        String place = LZ4Factory.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        assertTrue(place.contains("at/yawk/lz4") || place.contains("lz4-java-1.10"), place);
        byte[] text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".getBytes(StandardCharsets.UTF_8);
        assertTrue(LZ4Factory.fastestInstance().fastCompressor().compress(text).length < text.length);
        assertEquals(
                XXHashFactory.safeInstance().hash64().hash(text, 0, text.length, 0),
                XXHashFactory.fastestInstance().hash64().hash(text, 0, text.length, 0));
    }
}
