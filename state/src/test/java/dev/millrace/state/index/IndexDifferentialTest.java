package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.serde.KeyHash;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both formats of the index against a plain-Java model: random operations, seals with several snapshots alive, restores, growth
 * and shrinking, refused memory. A failure prints its seed and the shortest sequence that shows it.
 */
final class IndexDifferentialTest {
    private static final int OPERATIONS_OF_A_RUN = 250_000;
    private static final int OPERATIONS_OF_A_BATCH = 10_000;

    private static final EntryShape.HashFunction SPREAD = (address, bytes) -> KeyHash.hash(address, bytes, 1);
    /** Seven hashes for all keys. */
    private static final EntryShape.HashFunction COLLIDING =
            (address, bytes) -> Math.floorMod(KeyHash.hash(address, bytes, 1), 7);
    /** 4096 hashes for all keys, alike in their low bits. */
    private static final EntryShape.HashFunction CROWDED =
            (address, bytes) -> KeyHash.hash(address, bytes, 1) >>> 52 << 52;

    private static IndexPair.Setup fixed(
            int keyBytes, int valueBytes, int keyCount, EntryShape.HashFunction hashOf, IndexConfig config) {
        final String name = keyBytes + "+" + valueBytes + " B, keys=" + keyCount + ", segment="
                + config.firstSegmentBytes() + " to " + config.segmentBytes();
        return new IndexPair.Setup(name, EntryShape.fixed(keyBytes, valueBytes, hashOf), config, keyCount, hashOf);
    }

    private static IndexPair.Setup variable(int keyCount, EntryShape.HashFunction hashOf, IndexConfig config) {
        final String name = "variable, keys=" + keyCount + ", segment=" + config.firstSegmentBytes() + " to "
                + config.segmentBytes();
        return new IndexPair.Setup(name, EntryShape.VARIABLE, config, keyCount, hashOf);
    }

    private static IndexConfig sizes(int first, int usual, int max) {
        return new IndexConfig(first, usual, max, 8);
    }

    static Stream<IndexPair.Setup> setups() {
        return Stream.of(
                fixed(8, 8, 50, SPREAD, sizes(512, 512, 4096)),
                fixed(8, 8, 2_000, SPREAD, sizes(512, 1024, 8192)),
                fixed(8, 8, 6_000, SPREAD, sizes(512, 4096, 65_536)),
                fixed(8, 8, 6_000, SPREAD, sizes(4096, 32_768, 1 << 20)),
                fixed(8, 8, 300, COLLIDING, sizes(512, 1024, 65_536)),
                fixed(8, 8, 3_000, CROWDED, sizes(512, 1024, 65_536)),
                fixed(8, 8, 400, COLLIDING, sizes(512, 1024, 4096)),
                fixed(4, 8, 2_000, SPREAD, sizes(512, 2048, 8192)),
                fixed(3, 12, 2_000, SPREAD, sizes(512, 2048, 8192)),
                fixed(8, 16, 2_000, SPREAD, sizes(512, 2048, 8192)),
                fixed(8, 24, 2_000, CROWDED, sizes(512, 2048, 65_536)),
                fixed(8, 32, 2_000, SPREAD, sizes(512, 4096, 8192)),
                variable(50, SPREAD, sizes(2048, 2048, 4096)),
                variable(1_000, SPREAD, sizes(512, 2048, 8192)),
                variable(3_000, SPREAD, sizes(1024, 4096, 65_536)),
                variable(3_000, SPREAD, sizes(4096, 32_768, 1 << 20)),
                variable(200, COLLIDING, sizes(512, 1024, 16_384)),
                variable(2_000, CROWDED, sizes(512, 1024, 65_536)),
                variable(300, SPREAD, sizes(512, 16_384, 16_384)),
                variable(6_000, SPREAD, sizes(512, 1024, 16_384)));
    }

    @ParameterizedTest
    @MethodSource("setups")
    void behavesLikeAMapThatIsCopiedAtEverySeal(IndexPair.Setup setup) {
        final long seed = setup.name().hashCode();
        final IndexScript script = new IndexScript(seed, setup.keyCount(), setup.keyCount() > 500 ? 2 : 10);
        int refusals = 0;
        for (int done = 0; done < OPERATIONS_OF_A_RUN; done += OPERATIONS_OF_A_BATCH * 5) {
            refusals += play(setup, seed, script.next(OPERATIONS_OF_A_BATCH * 5));
        }
        assertTrue(refusals > 0, "no refusal was met: setup=" + setup + ", seed=" + seed);
    }

    /** Returns how often memory was refused. */
    private static int play(IndexPair.Setup setup, long seed, List<IndexScript.Operation> operations) {
        int step = 0;
        try (IndexPair pair = new IndexPair(setup)) {
            for (; step < operations.size(); step++) {
                pair.step(operations.get(step));
            }
            pair.checkAll();
            return pair.refusals;
        } catch (AssertionError | RuntimeException e) {
            final List<IndexScript.Operation> failing = operations.subList(0, Math.min(step + 1, operations.size()));
            throw new AssertionError(
                    "setup=" + setup + ", seed=" + seed + ", steps=" + failing.size() + ", shortest="
                            + IndexScript.shortest(failing, shorter -> fails(setup, shorter)),
                    e);
        }
    }

    private static boolean fails(IndexPair.Setup setup, List<IndexScript.Operation> operations) {
        try (IndexPair pair = new IndexPair(setup)) {
            operations.forEach(pair::step);
            pair.checkAll();
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }

    @Test
    void shortensAFailingSequenceToWhatMatters() {
        final List<IndexScript.Operation> operations = new IndexScript(1, 10, 10).next(500);
        final List<IndexScript.Operation> shortest = IndexScript.shortest(
                operations,
                shorter -> shorter.stream()
                                        .filter(o -> o.kind() == IndexScript.Kind.PUT)
                                        .count()
                                >= 2
                        && shorter.stream().anyMatch(o -> o.kind() == IndexScript.Kind.REMOVE));
        assertEquals(3, shortest.size());
    }
}
