using System.Runtime.Versioning;

namespace Locald.Tests.Certificates;

/// <summary>What the program does on disks that do not take its files, each a real one.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RootDiskTests : RootFiles
{
    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_is_told_and_leaves_no_partial_file_and_the_next_run_with_room_works()
    {
        string output = await PrivateMounts.Run(
            """
            mount -t tmpfs -o size=8k tmpfs $FOLDER; head -c 8192 /dev/zero > $FOLDER/fill
            $LOCALD ca; echo "exit $?"; ls -A $LOCALD_HOME/ca
            head -c 4096 /dev/zero > $FOLDER/fill
            $LOCALD ca; echo "exit $?"; ls -A $LOCALD_HOME/ca
            rm $FOLDER/fill
            $LOCALD ca | head -1
            """,
            Folder.Path, TestContext.Current.CancellationToken);
        string told = $"locald: using the root in {Folder["home/ca"]} failed: no space left on the disk\n"
            + $"  try: df -h {Folder["home/ca"]}\n  try: export LOCALD_HOME=\"$(mktemp -d)\"\nexit 1\n";
        Assert.Equal($"{told}{told}root-key.pem\n-----BEGIN CERTIFICATE-----\n", output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_read_only_home_is_told()
    {
        string output = await PrivateMounts.Run("mount -t tmpfs -o ro tmpfs $FOLDER; $LOCALD ca; echo \"exit $?\"",
            Folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"locald: using the root in {Folder["home/ca"]} failed: the file system is read-only\n  try: export LOCALD_HOME=\"$(mktemp -d)\"\nexit 5\n",
            output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_or_a_kernel_folder_in_the_homes_place_is_told()
    {
        string output = await PrivateMounts.Run(
            "touch $LOCALD_HOME; $LOCALD ca; echo \"exit $?\"; LOCALD_HOME=/proc/none $LOCALD ca", Folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"""
            locald: using the root in {Folder["home/ca"]} failed: {Folder["home"]} is a file, not a folder
              try: ls -ld {Folder["home"]}
              try: export LOCALD_HOME="$(mktemp -d)"
            exit 5
            locald: using the root in /proc/none/ca failed: no folder can be made there
              try: ls -ld /proc
              try: export LOCALD_HOME="$(mktemp -d)"

            """,
            output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_root_on_a_read_only_file_system_is_used()
    {
        string output = await PrivateMounts.Run(
            "mount -t tmpfs tmpfs $FOLDER; $LOCALD ca >/dev/null; mount -o remount,ro $FOLDER; $LOCALD ca | head -1",
            Folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal("-----BEGIN CERTIFICATE-----\n", output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_home_that_may_not_be_written_or_read_is_told_apart()
    {
        // Even root is bound by modes without these two capabilities.
        string output = await PrivateMounts.Run(
            """
            run() { setpriv --bounding-set=-dac_override,-dac_read_search $LOCALD ca; echo "exit $?"; }
            chmod 500 $FOLDER; run
            chmod 700 $FOLDER; run >/dev/null; chmod 000 $LOCALD_HOME/ca/root-key.pem; run
            """,
            Folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"""
            locald: using the root in {Folder["home/ca"]} failed: permission denied
              try: ls -ld {Folder.Path}
              try: export LOCALD_HOME="$(mktemp -d)"
            exit 5
            locald: using the root in {Folder["home/ca/root-key.pem"]} failed: permission denied
              try: sudo chown -R "$(id -u)" {Folder["home/ca"]}
            exit 5

            """,
            output);
    }
}
