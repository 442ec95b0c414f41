package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerLimitTest {
    private static final String VERSION_2 = "31 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw";
    private static final String VERSION_1 =
            "30 23 0:25 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";

    @TempDir
    Path root;

    @Test
    void isTheLeastLimitOfTheGroupAndAllAboveIt() {
        machine("0::/user.slice/app/part", VERSION_2);
        file("sys/fs/cgroup/user.slice/memory.max", "1000000");
        file("sys/fs/cgroup/user.slice/app/memory.max", "max");
        file("sys/fs/cgroup/user.slice/app/part/memory.max", "3000000");
        file("sys/fs/cgroup/other/memory.max", "5");
        assertEquals(limit(1000000, "sys/fs/cgroup/user.slice/memory.max"), ContainerLimit.read(root));
    }

    @Test
    void isWhatTheMachineHasIfNoGroupHasLess() {
        machine("0::/app", VERSION_2);
        assertEquals(new ContainerLimit(4096L << 10, "MemTotal"), ContainerLimit.read(root));
        file("sys/fs/cgroup/app/memory.max", "max");
        assertEquals(new ContainerLimit(4096L << 10, "MemTotal"), ContainerLimit.read(root));
        file("sys/fs/cgroup/app/memory.max", "99999999999");
        assertEquals(new ContainerLimit(4096L << 10, "MemTotal"), ContainerLimit.read(root));
    }

    @Test
    void aContainerSeesItsOwnGroupAsTheRoot() {
        machine("0::/", VERSION_2);
        file("sys/fs/cgroup/memory.max", "2000000");
        assertEquals(limit(2000000, "sys/fs/cgroup/memory.max"), ContainerLimit.read(root));
    }

    @Test
    void aContainerMaySeeThePathOfItsHost() {
        machine("0::/docker/3f/inner", VERSION_2.replace("0:26 /", "0:26 /docker/3f"));
        file("sys/fs/cgroup/memory.max", "2000000");
        file("sys/fs/cgroup/inner/memory.max", "1500000");
        assertEquals(limit(1500000, "sys/fs/cgroup/inner/memory.max"), ContainerLimit.read(root));
    }

    @Test
    void aGroupOutsideOfTheMountIsTakenForTheMount() {
        for (String group : new String[] {"0::/docker/3fff/inner", "0::/../sibling", "0::/elsewhere"}) {
            machine(group, VERSION_2.replace("0:26 /", "0:26 /docker/3f"));
            file("sys/fs/cgroup/memory.max", "2000000");
            assertEquals(limit(2000000, "sys/fs/cgroup/memory.max"), ContainerLimit.read(root), group);
        }
    }

    @Test
    void readsGroupsOfVersionOne() {
        machine("5:cpu,cpuacct:/x\n4:memory:/docker/3f\n0::/", VERSION_1);
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        file("sys/fs/cgroup/memory/docker/3f/memory.limit_in_bytes", "1234567");
        assertEquals(limit(1234567, "sys/fs/cgroup/memory/docker/3f/memory.limit_in_bytes"), ContainerLimit.read(root));
    }

    @Test
    void noLimitOfVersionOneIsANumberToo() {
        machine("4:memory:/", VERSION_1);
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertEquals("MemTotal", ContainerLimit.read(root).source());
    }

    @Test
    void whatIsDamagedLimitsNothing() {
        machine("nonsense\n0::/app", VERSION_2 + "\nshort - line\n\n1 2 3 4 5 6");
        file("sys/fs/cgroup/app/memory.max", "lots");
        assertEquals("MemTotal", ContainerLimit.read(root).source());
        assertEquals(new ContainerLimit(Long.MAX_VALUE, "unknown"), ContainerLimit.read(root.resolve("absent")));
    }

    @Test
    void thisProcessHasALimit() {
        assertTrue(ContainerLimit.read(ContainerLimit.ROOT).limitBytes() > 1 << 20);
    }

    private void machine(String groups, String mounts) {
        file("proc/meminfo", "MemTotal:       4096 kB\nMemFree:  1 kB\nHugePages_Total:  7");
        file("proc/self/cgroup", groups);
        file("proc/self/mountinfo", mounts);
    }

    private void file(String path, String content) {
        RecordedSysfs.write(root, Map.of(path, content));
    }

    private ContainerLimit limit(long bytes, String file) {
        return new ContainerLimit(bytes, root.resolve(file).toString());
    }
}
