using System.Diagnostics;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using Xunit;

namespace FuturesEos.Tests.Support;

public sealed class PostgresPrivateServerTests
{
    [Fact]
    public async Task a_private_server_keeps_its_data_port_and_password_over_a_clean_stop()
    {
        var first = await PostgresForTests.NewServerAsync();
        var port = first.Port;
        await PostgresForTests.ExecuteAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS n");
        await first.DisposeAsync();

        await using var second = await PrivatePostgres.StartAsync(new PrivatePostgresOptions
        {
            DataFolder =
            first.Folder
        });
        Assert.Equal(port, second.Port);
        Assert.InRange(second.Port, 20_000, 32_767);
        Assert.Equal(42, await PostgresForTests.ScalarAsync(second.ConnectionString, "SELECT n FROM kept"));
        Assert.Equal(1, await PostgresForTests.ScalarAsync(
            second.ConnectionString, "SELECT count(*) FROM pg_settings WHERE name = 'wal_level' AND setting ="
                + " 'logical'"));
        await second.DisposeAsync();
        second.DeleteFiles();
    }

    [Fact]
    public async Task a_killed_server_comes_back_with_everything_committed()
    {
        await using var server = await PostgresForTests.NewServerAsync();
        await PostgresForTests.ExecuteAsync(server.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS n");
        var pid = server.Pid;
        server.Kill();
        await server.Exited.WaitAsync(TimeSpan.FromSeconds(10));
        await server.RestartAsync();
        Assert.NotEqual(pid, server.Pid);
        Assert.Equal(42, await PostgresForTests.ScalarAsync(server.ConnectionString, "SELECT n FROM kept"));
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task two_servers_on_one_folder_are_refused()
    {
        await using var server = await PostgresForTests.NewServerAsync();
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(
            () => PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataFolder = server.Folder }));
        Assert.Contains("eos down", refused.Message);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task a_port_that_is_taken_is_named()
    {
        await using var server = await PostgresForTests.NewServerAsync();
        var folder = PostgresForTests.NewFolder();
        var refused = await Assert.ThrowsAsync<ExpectedFailure>(
            () => PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataFolder = folder, Port = server.Port }));
        Assert.Contains($"port {server.Port}", refused.Message);
        Directory.Delete(folder, recursive: true);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task the_server_stops_when_its_guard_loses_the_parent()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("there is no guard on Windows");

        // stands for the server, which hears SIGINT however it was started; what a script starts in the background
        // would ignore it
        using var server = Process.Start(new ProcessStartInfo("env", "--default-signal=INT sleep 600"))!;

        // The guard of a parent that dies: here a shell that starts the guard's script with a pipe of its own and is
        // killed.
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c",
            $"sleep 600 | /bin/sh -c \"{ParentDeathGuard.Script.Replace("\"", "\\\"").Replace("$", "\\$")}\""
                + $" {server.Id}"]))!;
        Assert.False(server.HasExited);
        await Eventually.True(async () =>
        {
            using var kill = Process.Start(new ProcessStartInfo("pkill", ["-KILL", "-P", $"{parent.Id}", "sleep"]))!;
            await kill.WaitForExitAsync();
            return kill.ExitCode == 0; // before, the shell had not started it
        });
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await server.WaitForExitAsync(deadline.Token);
        Assert.Equal(130, server.ExitCode);
    }

    [Fact]
    public async Task the_password_is_readable_by_its_owner_only_and_needed()
    {
        await using var server = await PostgresForTests.NewServerAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(server.Folder, "password")));
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => PostgresForTests.ScalarAsync(
                $"Host=127.0.0.1;Port={server.Port};Username=postgres;Password=guessed", "SELECT 1"));
        Assert.Equal(Npgsql.PostgresErrorCodes.InvalidPassword, refused.SqlState);
        await server.DisposeAsync();
        server.DeleteFiles();
    }

    [Fact]
    public async Task a_folder_that_the_servers_user_cannot_reach_is_answered_by_another_that_is_found_again()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("only root runs the server as another user");
            return;
        }

        var closed = PostgresForTests.NewFolder();
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var asked = Path.Combine(closed, "below", "postgres");
        string folder;
        await using (var first = await PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataFolder = asked }))
        {
            Assert.StartsWith("/var/tmp/futures-eos-postgres-", first.Folder);
            folder = first.Folder;
        }

        await using var second = await PrivatePostgres.StartAsync(new PrivatePostgresOptions { DataFolder = asked });
        Assert.Equal(folder, second.Folder);
        await second.DisposeAsync();
        second.DeleteFiles();
        Directory.Delete(closed, recursive: true);
    }
}
