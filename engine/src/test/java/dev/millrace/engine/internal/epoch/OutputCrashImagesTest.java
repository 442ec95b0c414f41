package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.SimulatedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * A job that writes an output file, on a device that loses, reorders and tears what was not forced: from each image recovery leaves the
 * committed output, and nothing else. By hand with more: {@code -Dmillrace.outputImages=1000000}.
 */
final class OutputCrashImagesTest extends EpochServiceFixture {
    private static final int IMAGES = Integer.getInteger("millrace.outputImages", 10_000);

    /** Enough for the log to be cut, which is when outputs are forced. */
    private static final int EPOCHS = 70;

    private static final int IMAGES_PER_OPERATION = 3;
    private static final int MAX_SEEDS_PER_FORCE = 20;

    private final TreeMap<Long, String> outputs = new TreeMap<>();
    private SimulatedFiles device = new SimulatedFiles(0);
    private Random random = new Random(0);
    private int images;
    private int repaired;

    @Override
    FileOps files() {
        return device;
    }

    @Override
    FileOps outputFiles() {
        return device;
    }

    @Override
    DurableStateConfig config() {
        return super.config().inMiniature();
    }

    /** One life on a device of its own. Returns the places that forced something. */
    private Set<String> live(long seed, Predicate<String> lostForces) throws InterruptedException {
        closeState();
        device = new SimulatedFiles(seed);
        random = new Random(seed);
        outputs.clear();
        outputs.put(0L, TestSink.HEAD);
        openState();
        device.loseForcesAt(lostForces);
        device.afterEachOperation(() -> {
            for (int i = 0; i < IMAGES_PER_OPERATION; i++) {
                check(device.afterPowerLoss(random));
            }
        });
        try {
            for (long epoch = 1; epoch <= EPOCHS; epoch++) {
                String text = (epoch + "," + random.nextInt() + "\n").repeat(random.nextInt(4));
                outputs.put(epoch, outputs.get(epoch - 1) + text);
                if (!text.isEmpty()) {
                    write(epoch, text);
                }
                emptyEpoch(epoch);
            }
            return device.forceSites();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed=" + seed + ", image=" + images, e);
        } finally {
            device.afterEachOperation(() -> {});
        }
    }

    private void check(SimulatedFiles image) {
        images++;
        long acknowledged = service.committedEpoch();
        try (DurableState found = DurableState.open(image, directory.resolve("state"), config())) {
            long epoch = found.lastCommitted();
            assertTrue(
                    epoch == acknowledged || epoch == acknowledged + 1,
                    () -> "lastCommitted=" + epoch + ", acknowledged=" + acknowledged);
            CommitRecord commit = found.lastCommit().orElse(null);
            if (commit == null) {
                return; // Begins again: what is there is replaced.
            }
            String before = text(image);
            SinkFiles.resume(image, found, List.of(TestSink.node("s", out)), commit)
                    .close();
            assertEquals(outputs.get(epoch), text(image), () -> "epoch=" + epoch);
            repaired += before.equals(outputs.get(epoch)) ? 0 : 1;
        }
    }

    private String text(SimulatedFiles image) {
        try (FileHandle handle = image.open(out, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) handle.size());
            handle.read(0, bytes);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        } catch (java.nio.file.NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyImageComesToTheCommittedOutput() throws InterruptedException {
        for (long seed = 0; images < IMAGES; seed++) {
            live(seed, site -> false);
        }
        assertTrue(repaired > IMAGES / 10, "repaired=" + repaired);
    }

    @Test
    void noForceOfAnOutputCanBeLeftOut() throws InterruptedException {
        Set<String> sites = new TreeSet<>(live(0, site -> false));
        sites.removeIf(site -> !site.startsWith("SinkFile"));
        assertTrue(sites.size() >= 2, sites::toString);
        Set<String> unnoticed = new TreeSet<>();
        for (String site : sites) {
            if (!isNoticed(site)) {
                unnoticed.add(site);
            }
        }
        assertEquals(Set.of(), unnoticed, "forces that nobody would miss");
    }

    private boolean isNoticed(String lost) throws InterruptedException {
        for (long seed = 0; seed < MAX_SEEDS_PER_FORCE; seed++) {
            try {
                live(seed, lost::equals);
            } catch (AssertionError e) {
                return true;
            }
        }
        return false;
    }
}
