package dev.millrace.bench.workload;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a budget of state costs: a workload with it, with the same format and no need for it, and without one. */
public final class BudgetedState implements Workload {
    /** The format of state that may leave memory, all of which stays there. */
    private static final String ALL_FITS = Contender.ENGINE + ", all fits";

    private static final String NO_BUDGET = Contender.ENGINE + ", no budget";
    private static final String BUDGET = "active-state";

    private final Workload workload;
    private final long budgetBytes;

    public BudgetedState(Workload workload, long budgetBytes) {
        this.workload = workload;
        this.budgetBytes = budgetBytes;
    }

    @Override
    public String name() {
        return workload.name();
    }

    @Override
    public String question() {
        return "What does it cost that state does not fit its budget?";
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
        return List.of(
                Contender.of(Contender.ENGINE, (parameters, scratch) -> engine(parameters, scratch, budgetBytes)),
                Contender.of(
                        ALL_FITS, (parameters, scratch) -> engine(parameters, scratch, parameters.memoryBytes() / 2)),
                Contender.of(NO_BUDGET, (parameters, scratch) -> engine().run(parameters, scratch)));
    }

    private Outcome engine(Parameters parameters, Path scratch, long bytes) throws Exception {
        return engine().run(parameters.with(Map.of(BUDGET, bytes + "B")), scratch);
    }

    private Contender engine() {
        return workload.contenders().get(0);
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return workload.reference(parameters);
    }
}
