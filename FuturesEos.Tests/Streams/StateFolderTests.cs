using System.Diagnostics;
using FuturesEos.Streams;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.State;
using Xunit;

namespace FuturesEos.Tests.Streams;

public sealed class StateFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("eos-state-").FullName;

    [Fact]
    public void the_instance_id_is_made_once_and_kept()
    {
        string first;
        using (var folder = new StateFolder(Options())) first = folder.InstanceId;
        using var again = new StateFolder(Options());
        Assert.Equal(first, again.InstanceId);
    }

    [Fact]
    public void a_given_instance_id_is_used()
    {
        using var folder = new StateFolder(Options(instance: "node-7"));
        Assert.Equal("node-7", folder.InstanceId);
    }

    [Fact]
    public void a_second_process_is_refused_with_both_pids()
    {
        using var held = new StateFolder(Options());
        var refusal = Assert.Throws<StreamsFatalException>(() => new StateFolder(Options())).Message;
        Assert.Contains($"used by process {Environment.ProcessId}", refusal);
        Assert.Contains("state folder of its own", refusal);
    }

    [Fact]
    public void two_applications_share_a_folder()
    {
        using var one = new StateFolder(Options("one"));
        using var two = new StateFolder(Options("two"));
        Assert.NotEqual(one.Root, two.Root);
    }

    [Fact]
    public void a_task_is_held_by_one_thread_at_a_time()
    {
        using var folder = new StateFolder(Options());
        Assert.True(folder.TryHold(3));
        Assert.False(folder.TryHold(3));
        folder.Release(3);
        Assert.True(folder.TryHold(3));
    }

    [Fact]
    public void a_folder_that_cannot_be_made_is_one_sentence()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        var failure = Assert.Throws<StreamsFatalException>(() => new StateFolder(Options(root: file)));
        Assert.Contains("state folder", failure.Message);
    }

    [Fact]
    public void a_killed_process_leaves_no_lock_behind()
    {
        Directory.CreateDirectory(Path.Combine(_root, "app"));
        var lockFile = Path.Combine(_root, "app", "lock");
        File.WriteAllText(lockFile, "");
        using (var holder = Process.Start("/usr/bin/flock", ["--exclusive", lockFile, "sleep", "60"]))
        {
            var deadline = Support.Deadline.InSeconds(10);
            while (true)
            {
                try
                {
                    new StateFolder(Options()).Dispose();
                    Assert.False(deadline.IsOver, "the other process never took the lock");
                }
                catch (StreamsFatalException)
                {
                    break;
                }
            }

            holder.Kill(entireProcessTree: true);
            holder.WaitForExit();
        }

        using var folder = new StateFolder(Options());
        Assert.NotEmpty(folder.InstanceId);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private StreamsOptions Options(string application = "app", string? instance = null, string? root = null) => new()
    {
        ApplicationId = application, StateDirectory = root ?? _root, StoreName = "store", InstanceId = instance,
    };
}
