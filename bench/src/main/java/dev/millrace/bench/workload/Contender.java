package dev.millrace.bench.workload;

import java.nio.file.Path;

/** Someone who does the work of a workload. */
public interface Contender {
    /** The name that the engine has in results. */
    String ENGINE = "millrace";

    /** What it is called in results. */
    String name();

    /**
     * Does the work once, from the first event to the last output.
     *
     * @param scratch an empty directory
     */
    Outcome run(Parameters parameters, Path scratch) throws Exception;

    /** A contender out of a name and a function. */
    static Contender of(String name, Work work) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Outcome run(Parameters parameters, Path scratch) throws Exception {
                return work.run(parameters, scratch);
            }
        };
    }

    /** What a contender does. */
    @FunctionalInterface
    interface Work {
        /** Does it once. */
        Outcome run(Parameters parameters, Path scratch) throws Exception;
    }
}
