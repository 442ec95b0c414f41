package dev.millrace.bench.command;

import dev.millrace.bench.memory.Probe;
import dev.millrace.bench.peer.PeerKind;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One figure of the allocator's table. */
@Command(
        name = "footprint",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "How many bytes does a block take beyond its own? Prints bytes per block.")
final class FootprintCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PEER", description = "One of: ${COMPLETION-CANDIDATES}.")
    private PeerKind peer;

    @Parameters(index = "1", paramLabel = "SIZE", description = "Bytes of a block.")
    private int sizeBytes;

    @Override
    public Integer call() throws Exception {
        double figure = Probe.ask(Probe.Subject.FOOTPRINT, peer, sizeBytes, false);
        spec.commandLine().getOut().printf(Locale.ROOT, "%.1f%n", figure);
        return 0;
    }
}
