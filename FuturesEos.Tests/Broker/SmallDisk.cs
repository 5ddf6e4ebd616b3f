using System.Diagnostics;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>A real file system of its own: small, full or read-only as it is told. Skips the test where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new("disk");

    public SmallDisk(string options)
    {
        var (code, error) = OperatingSystem.IsLinux() ? Mount(options) : (1, "no Linux");
        if (code == 0) return;
        _folder.Dispose();
        Assert.Skip($"a small file system cannot be mounted here: {error}");
    }

    public string In(string name) => _folder.In(name);

    /// <summary>Changes what it was mounted with: <c>size=64m</c>, <c>ro</c>, <c>rw</c>.</summary>
    public void Remount(string options)
    {
        var (code, error) = Mount("remount," + options);
        Assert.True(code == 0, error);
    }

    public void Dispose()
    {
        Run("umount", "--lazy", _folder.Path);
        _folder.Dispose();
    }

    private (int ExitCode, string Error) Mount(string options) =>
        Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", _folder.Path);

    private static (int ExitCode, string Error) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
