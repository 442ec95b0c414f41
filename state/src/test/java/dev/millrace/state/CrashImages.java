package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.SimulatedFiles;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A job's durable state on a simulated device, run through several lives that end by closing, by a kill, by losing power or by a failed
 * force. After each operation on files some of the images are made that losing power there may leave, and each must recover: to the last
 * acknowledged epoch or a whole later one, with all of its state, and with what sinks may still ask for. Some recoveries lose power
 * themselves, and some go on.
 */
final class CrashImages {
    private static final Path PATH = Path.of("/jobs/state");
    private static final int IMAGES_PER_OPERATION = 2;

    /** Small segments, overlays and distances, so that a few epochs roll, trim and build images. */
    private static final DurableStateConfig CONFIG = new DurableStateConfig(
            "test",
            "v1",
            StoreKind.MAPDB,
            14_000,
            new EpochLogConfig(1500),
            new MapDbConfig(3000),
            RocksDbConfig.DEFAULT);

    private final long imageCount;
    private final Predicate<String> lostForces;
    private final Random random;
    private final StateModel model;
    private final Set<String> forceSites = new TreeSet<>();
    private SimulatedFiles files;
    private @Nullable SimulatedFiles leftByKill;
    private int operationsToKill;
    private long images;
    private long operations;
    private int lives;

    private CrashImages(long seed, long imageCount, Predicate<String> lostForces) {
        this.imageCount = imageCount;
        this.lostForces = lostForces;
        random = new Random(seed);
        model = new StateModel(seed);
        files = new SimulatedFiles(seed);
    }

    /**
     * Checks so many images.
     *
     * @param lostForces the forces that do nothing
     * @return the places in the code that forced something
     * @throws AssertionError if one did not recover as it must; names the seed
     */
    static Set<String> check(long seed, long imageCount, Predicate<String> lostForces) {
        CrashImages run = new CrashImages(seed, imageCount, lostForces);
        try {
            while (run.images < imageCount) {
                run.live();
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed=" + seed + ", life=" + run.lives + ", operation=" + run.operations + ", image=" + run.images,
                    e);
        }
        return run.forceSites;
    }

    /** What a thread of a killed process does next. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private void live() {
        lives++;
        leftByKill = null;
        // The first life begins the directory: many of its operations are never seen again.
        operationsToKill = random.nextBoolean() ? random.nextInt(lives == 1 ? 15 : 60) : Integer.MAX_VALUE;
        files.loseForcesAt(lostForces);
        files.afterEachOperation(this::takeImages);
        DurableState state = null;
        try {
            state = DurableState.open(files, PATH, CONFIG);
            checkFound(state, "");
            goOnFrom(state);
            for (int left = 1 + random.nextInt(25); left > 0 && images < imageCount; left--) {
                if (random.nextInt(40) == 0) {
                    files.failNextForce();
                }
                model.writeEpoch(state);
                model.idle(state);
            }
            if (random.nextBoolean()) {
                state.appendState(model.acknowledged + 1, 0, StateModel.bytes("never committed"));
            }
        } catch (StateFileException e) {
            // A failed force ends a life, and nothing else may.
            assertTrue(String.valueOf(e.getMessage()).contains("injected fault"), e::toString);
        } catch (Killed e) {
            assertTrue(leftByKill != null);
        }
        files.afterEachOperation(() -> {});
        forceSites.addAll(files.forceSites());
        endLife(state);
    }

    private void endLife(@Nullable DurableState state) {
        if (leftByKill != null) {
            files = leftByKill;
        } else if (random.nextInt(3) == 0) {
            files = files.afterPowerLoss(random);
        } else if (state == null || random.nextBoolean()) {
            files = files.afterKill();
        } else {
            state.close();
        }
    }

    /** Epochs that were written and not acknowledged may have come through. */
    private void checkFound(DurableState state, String context) {
        long found = state.lastCommitted();
        assertTrue(
                found == model.acknowledged || found == model.acknowledged + 1,
                () -> context + "lastCommitted=" + found + ", acknowledged=" + model.acknowledged);
        List<Long> sinkEpochs = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        for (long epoch = model.trimmable + 1; epoch <= found; epoch++) {
            expected.add(epoch);
        }
        state.forEachSinkPart(model.trimmable, (epoch, owner, payload) -> sinkEpochs.add(epoch));
        assertEquals(expected, sinkEpochs, () -> context + "epochs of sinks behind " + model.trimmable);
        model.check(state, context);
    }

    private void goOnFrom(DurableState state) {
        model.goOnFrom(state.lastCommitted(), state);
    }

    private void takeImages() {
        if (leftByKill != null) {
            return; // The process is gone; only its stack is unwound.
        }
        operations++;
        if (operationsToKill-- == 0) {
            leftByKill = files.afterKill();
            throw new Killed();
        }
        for (int i = 0; i < IMAGES_PER_OPERATION && images < imageCount; i++) {
            images++;
            checkImage(files.afterPowerLoss(random), random.nextInt(4) == 0);
        }
    }

    private void checkImage(SimulatedFiles image, boolean losesPowerAgain) {
        image.loseForcesAt(lostForces);
        if (losesPowerAgain) {
            image.afterEachOperation(() -> {
                if (images < imageCount && random.nextInt(6) == 0) {
                    images++;
                    checkImage(image.afterPowerLoss(random), false);
                }
            });
        }
        try (DurableState state = DurableState.open(image, PATH, CONFIG)) {
            checkFound(state, "image: ");
            if (losesPowerAgain) {
                image.afterEachOperation(() -> {});
                forceSites.addAll(image.forceSites());
                commitMore(state, image);
            }
        }
    }

    /** An epoch that is acknowledged after a recovery is as safe as any. */
    private void commitMore(DurableState state, SimulatedFiles image) {
        long epoch = state.lastCommitted() + 1;
        state.appendSink(epoch, 1, StateModel.bytes("more"));
        state.commit(CommitRecord.of(epoch));
        images++;
        try (DurableState again = DurableState.open(image.afterPowerLoss(random), PATH, CONFIG)) {
            assertEquals(epoch, again.lastCommitted(), "image: an epoch that followed a recovery");
        }
    }
}
