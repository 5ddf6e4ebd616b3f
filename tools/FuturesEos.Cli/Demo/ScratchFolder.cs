using System.Security.Cryptography;

namespace FuturesEos.Cli.Demo;

/// <summary>A folder for one run: nobody else's, reachable for the user that runs the database, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "futures-eos-demo-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
        {
            // others may pass, not look: the database runs as a user of its own where we are root
            const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(Path, all | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Whether it stays.</summary>
    public bool IsKept { get; set; }

    public void Dispose()
    {
        if (!IsKept) Directory.Delete(Path, recursive: true);
    }
}
