package dev.millrace.bench.command;

import dev.millrace.bench.index.IndexCase;
import dev.millrace.bench.index.IndexProbe;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The index of active state beside its peers. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description =
                "Measures the index of active state beside maps and stores, and prints tables: operations, growth, seals.")
final class IndexCommand implements Callable<Integer> {
    @Option(
            names = "--entries",
            paramLabel = "N",
            split = ",",
            defaultValue = "1e3,1e6,1e7",
            description = "Keys in the map. Default: ${DEFAULT-VALUE}.")
    private List<Long> entries;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            split = ",",
            defaultValue = "8,16,64",
            description = "Bytes of a value. Default: ${DEFAULT-VALUE}.")
    private List<Integer> valueBytes;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9", description = "Turns of each map. Default: 9.")
    private int rounds;

    @Option(names = "--huge-pages", description = "Ask for pages of 2 MiB for the index and the bound.")
    private boolean hugePages;

    @Option(names = "--no-stores", description = "Leave out Chronicle Map, MapDB and RocksDB.")
    private boolean noStores;

    @Option(names = "--quick", description = "A million entries, values of 8 bytes, 3 rounds: a minute or two.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        if (quick) {
            IndexProbe.run(new IndexCase(1_000_000, Long.BYTES, hugePages, !noStores), 3);
            return 0;
        }
        for (long count : entries) {
            for (int bytes : valueBytes) {
                IndexProbe.run(new IndexCase(count, bytes, hugePages, !noStores), rounds);
            }
        }
        return 0;
    }
}
