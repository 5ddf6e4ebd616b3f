using System.Diagnostics;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.LocalPostgres;

/// <summary>
/// Who runs the server. PostgreSQL refuses root (server manual, "The PostgreSQL User Account"), so root starts it as
/// the user
/// <c>postgres</c>, through setpriv, which replaces itself: the process id stays the one that was started.
/// </summary>
internal sealed class ServerUser
{
    private const string Name = "postgres";
    private readonly string? _setpriv;
    private readonly string? _setsid;

    private ServerUser(string? setpriv)
    {
        _setpriv = setpriv;
        _setsid = OperatingSystem.IsWindows() ? null : OnPath("setsid");
    }

    /// <summary>
    /// Whether the server runs as somebody else than we do, so that folders have to be given to that user.
    /// </summary>
    public bool IsAnother => _setpriv is not null;

    /// <exception cref="ExpectedFailure">We are root, and there is nobody to run the server as.</exception>
    public static ServerUser Choose()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new ServerUser(null);
        if (!File.ReadLines("/etc/passwd").Any(line => line.StartsWith(Name + ":", StringComparison.Ordinal)))
            throw ExpectedFailure.Unreachable($"PostgreSQL does not run as root and there is no user '{Name}' to"
                + $" run it as: "
                + $"useradd --system {Name}, or run this as an ordinary user, or give --postgres CONNECTION_STRING");
        return new ServerUser(OnPath("setpriv") ?? throw ExpectedFailure.Unreachable("PostgreSQL does not run as"
            + " root and "
            + $"setpriv, which would run it as '{Name}', is missing: install util-linux, or run this as an"
            + $" ordinary user"));
    }

    /// <summary>
    /// A start of a program as this user; with <paramref name="ownSession"/> a Ctrl-C of the terminal does not reach
    /// it.
    /// </summary>
    public ProcessStartInfo Command(string program, bool ownSession, params IEnumerable<string> arguments)
    {
        var words = new List<string>();
        if (ownSession && _setsid is not null)
            words.Add(_setsid);
        if (_setpriv is not null)
            words.AddRange([_setpriv, "--reuid", Name, "--regid", Name, "--init-groups", "--"]);
        words.Add(program);
        words.AddRange(arguments);
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C"; // messages are matched, so they must be English
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return start;
    }

    /// <summary>
    /// A folder that this user can reach and owns: the one asked for, or, when a parent is closed to it (a checkout
    /// below /root), one in /var/tmp that belongs to the asked path alone.
    /// </summary>
    public string Prepare(string asked)
    {
        var folder = Path.GetFullPath(asked);
        if (OperatingSystem.IsWindows() || _setpriv is null)
        {
            Directory.CreateDirectory(folder);
            return folder;
        }

        if (!Reaches(folder))
        {
            var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(folder));
            folder = $"/var/tmp/futures-eos-postgres-{Convert.ToHexStringLower(hash)[..12]}";
        }

        Directory.CreateDirectory(folder);
        // /var/tmp is everybody's: never follow another user's link
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw ExpectedFailure.Unreachable($"{folder} is a link: remove it, or choose another data folder");
        Give(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>Makes this user the owner of a file or folder.</summary>
    public void Give(string path)
    {
        if (_setpriv is null)
            return;
        using var chown = Process.Start(new ProcessStartInfo("chown", ["--no-dereference", Name + ":", path]))!;
        chown.WaitForExit();
        if (chown.ExitCode != 0)
            throw ExpectedFailure.Unreachable($"cannot give {path} to user '{Name}': choose a data folder on a"
                + $" local file system");
    }

    private bool Reaches(string folder)
    {
        if (OperatingSystem.IsWindows())
            return true;
        var parent = Path.GetDirectoryName(folder) ?? "/";
        while (!Directory.Exists(parent))
            parent = Path.GetDirectoryName(parent) ?? "/";
        using var probe = Process.Start(Command("/bin/sh", false, "-c", "cd \"$0\"", parent))!;
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Append("/usr/bin").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
