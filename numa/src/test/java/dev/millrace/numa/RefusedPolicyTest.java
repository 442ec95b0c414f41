package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A container's kernel refuses memory policies. Here a JVM of its own is refused them by a filter that it installs. */
final class RefusedPolicyTest {
    @Test
    @Tag("numa")
    void memoryIsPlacedByFirstTouchWherePoliciesAreForbidden() throws IOException, InterruptedException {
        placesEveryPage(Errno.EPERM, "EPERM");
    }

    @Test
    void memoryIsPlacedByFirstTouchWhereTheKernelHasNoPolicies() throws IOException, InterruptedException {
        placesEveryPage(Errno.ENOSYS, "ENOSYS");
    }

    private static void placesEveryPage(int errno, String name) throws IOException, InterruptedException {
        NumaBalancing.assumeOff(Topology.ofThisProcess());
        assumeTrue(Placement.detect().rung().bindsRanges(), "policies are refused here without a filter too");
        ForkedJvm.Result result =
                ForkedJvm.run(ForkedJvm.home(), List.of(), RefusedPlacement.class, String.valueOf(errno));
        assumeTrue(!result.output().contains("no filter here"), result.output());
        String output = result.output();
        assertEquals(0, result.exitCode(), output);
        assertTrue(output.contains("rung=FIRST_TOUCH"), output);
        assertTrue(output.contains("get_mempolicy was refused, errno=" + errno + " (" + name + ")"), output);
        assertTrue(output.contains("wrong=0"), output);
        assertFalse(output.contains("bound=true"), output);
        assertFalse(output.contains("placed=false"), output);
    }
}
