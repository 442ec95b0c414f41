package dev.millrace.numa;

/** Prints what this process finds of the machine. */
final class LowerRungs {
    private LowerRungs() {}

    public static void main(String[] arguments) {
        for (int attempt = 1; attempt <= 2; attempt++) {
            Placement placement = Placement.detect();
            System.out.println(attempt + " rung=" + placement.rung() + " reason=" + placement.reason());
            System.out.println(attempt + " hasRanges=" + RangeSource.detect().isPresent());
            System.out.println(attempt + " canPin="
                    + !CpuPinning.detect().currentAffinity().isEmpty());
            System.out.println(attempt + " cpus=" + Topology.ofThisProcess().cpuCount());
        }
    }
}
