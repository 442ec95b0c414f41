package dev.millrace.bench.workload;

import java.util.ArrayList;
import java.util.List;

/** A workload with the engine and only some of those who do the same. */
public final class SomeRivals implements Workload {
    private final Workload workload;
    private final List<Contender> contenders = new ArrayList<>();

    /**
     * Picks rivals by name.
     *
     * @throws IllegalArgumentException if one is not there
     */
    public SomeRivals(Workload workload, List<String> names) {
        this.workload = workload;
        contenders.add(workload.contenders().get(0));
        for (String name : names) {
            contenders.add(workload.contenders().stream()
                    .skip(1)
                    .filter(rival -> rival.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("workload has no such rival: workload="
                            + workload.name() + ", rival=" + name + ", rivals="
                            + workload.contenders().stream()
                                    .skip(1)
                                    .map(Contender::name)
                                    .toList())));
        }
    }

    @Override
    public String name() {
        return workload.name();
    }

    @Override
    public String question() {
        return workload.question();
    }

    @Override
    public long defaultEvents() {
        return workload.defaultEvents();
    }

    @Override
    public long defaultKeys() {
        return workload.defaultKeys();
    }

    @Override
    public long defaultRate() {
        return workload.defaultRate();
    }

    @Override
    public boolean hasFixedInput() {
        return workload.hasFixedInput();
    }

    @Override
    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return workload.reference(parameters);
    }
}
