package dev.millrace.bench.command;

import dev.millrace.bench.memory.AllocatorTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The allocator beside its peers. */
@Command(
        name = "allocator",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Measures the allocator beside its peers and prints one table, with ratios to the best of them.")
final class AllocatorCommand implements Callable<Integer> {
    @Option(names = "--quick", description = "Fewer and shorter iterations.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        AllocatorTable.print(quick);
        return 0;
    }
}
