package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Every image that losing power can leave recovers, and every single force in the code is needed for that. By hand with more images:
 * {@code -Dmillrace.crashImages=1000000}, from another seed on: {@code -Dmillrace.crashSeed=1000}.
 */
class CrashImagesTest {
    private static final long IMAGES = Long.getLong("millrace.crashImages", 50_000);
    private static final long FIRST_SEED = Long.getLong("millrace.crashSeed", 0);
    private static final long IMAGES_PER_SEED = 500;

    /** Until a lost force is found; most are after a few images. */
    private static final int MAX_SEEDS_PER_FORCE = 200;

    /**
     * Needed only if a process is killed between naming a manifest and forcing that name, and power is lost right after the next one
     * has removed the old image: too seldom for the images of a build.
     */
    private static final String SELDOM_NEEDED = "MapDbStore.open:";

    @Test
    void everyImageRecovers() {
        LongStream.range(FIRST_SEED, FIRST_SEED + (IMAGES + IMAGES_PER_SEED - 1) / IMAGES_PER_SEED)
                .parallel()
                .forEach(seed -> CrashImages.check(seed, IMAGES_PER_SEED, site -> false));
    }

    @Test
    void noForceCanBeLeftOut() {
        Set<String> sites = new ConcurrentSkipListSet<>();
        LongStream.range(0, 8)
                .parallel()
                .forEach(seed -> sites.addAll(CrashImages.check(seed, IMAGES_PER_SEED, site -> false)));
        assertTrue(sites.size() >= 8, sites::toString);
        sites.removeIf(site -> site.startsWith(SELDOM_NEEDED));
        Set<String> unnoticed = new ConcurrentSkipListSet<>(sites);
        sites.parallelStream().filter(CrashImagesTest::isNoticed).forEach(unnoticed::remove);
        assertEquals(Set.of(), unnoticed, "forces that nobody would miss");
    }

    private static boolean isNoticed(String lost) {
        for (long seed = 0; seed < MAX_SEEDS_PER_FORCE; seed++) {
            try {
                CrashImages.check(seed, IMAGES_PER_SEED, lost::equals);
            } catch (AssertionError e) {
                return true;
            }
        }
        return false;
    }
}
