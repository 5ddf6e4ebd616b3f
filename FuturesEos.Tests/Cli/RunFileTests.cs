using System.Diagnostics;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

public class RunFileTests
{
    [Fact]
    public void what_up_wrote_is_found_while_its_process_lives()
    {
        using var folder = new TemporaryFolder();
        var written = OfThisProcess();
        written.Write(folder.Path);
        Assert.Equal(written, RunFile.ReadRunning(folder.Path));
    }

    [Fact]
    public void a_process_of_the_same_id_that_started_at_another_time_is_not_the_one()
    {
        using var folder = new TemporaryFolder();
        (OfThisProcess() with { StartedAt = DateTime.UtcNow.AddHours(-9) }).Write(folder.Path);
        Assert.Null(RunFile.ReadRunning(folder.Path));
        Assert.NotNull(RunFile.Read(folder.Path));
    }

    [Fact]
    public void a_damaged_file_is_none()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.In(RunFile.FileName), "{\"pid\":");
        Assert.Null(RunFile.ReadRunning(folder.Path));
    }

    [Fact]
    public void only_its_owner_reads_the_password_in_it()
    {
        using var folder = new TemporaryFolder();
        OfThisProcess().Write(folder.Path);
        if (OperatingSystem.IsWindows()) Assert.Skip("file modes are a Unix matter");
        else Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In(RunFile.FileName)));
    }

    private static RunFile OfThisProcess()
    {
        using var self = Process.GetCurrentProcess();
        return new RunFile
        {
            Pid = self.Id, StartedAt = RunFile.StartOf(self), BootstrapServers = "127.0.0.1:9092",
            Postgres = "Password=secret", Control = "http://127.0.0.1:1/x",
        };
    }
}
