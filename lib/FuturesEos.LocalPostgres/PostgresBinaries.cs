using System.Diagnostics;
using System.Globalization;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.LocalPostgres;

/// <summary>
/// A PostgreSQL installation that is new enough: the folder with <c>postgres</c> and <c>initdb</c>, and its version.
/// </summary>
public sealed record PostgresBinaries(string Folder, int Major)
{
    /// <summary>Logical decoding with pgoutput messages and streaming options as the relay uses them.</summary>
    public const int OldestMajor = 14;

    private const string Remedy = "install PostgreSQL 14 or newer (Debian, Ubuntu: apt-get install postgresql;"
        + " macOS: brew install "
        + "postgresql@17; Windows: the installer from postgresql.org), or give --postgres CONNECTION_STRING";

    public string Postgres => Tool("postgres");

    public string InitDb => Tool("initdb");

    /// <summary>The newest installation found.</summary>
    /// <exception cref="ExpectedFailure">There is none, or all are too old.</exception>
    public static PostgresBinaries Find()
    {
        var tooOld = new List<string>();
        PostgresBinaries? best = null;
        foreach (var folder in Candidates().Distinct())
        {
            if (!File.Exists(Path.Combine(folder, Executable("postgres")))
                || !File.Exists(Path.Combine(folder, Executable("initdb"))))
                continue;
            if (MajorOf(folder) is not { } major)
                continue;
            if (major < OldestMajor)
                tooOld.Add($"{folder} is version {major}");
            else if (best is null || major > best.Major)
                best = new PostgresBinaries(folder, major);
        }

        return best ?? throw ExpectedFailure.Unreachable(tooOld.Count == 0
            ? $"no PostgreSQL server found on PATH or in the usual places: {Remedy}"
            : $"no PostgreSQL server of version 14 or newer found ({string.Join(", ", tooOld)}): {Remedy}");
    }

    private static IEnumerable<string> Candidates()
    {
        // Links are followed: Debian keeps pg_config and psql on PATH while the server's tools stay in a versioned
        // folder.
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var postgres = Path.Combine(folder, Executable("postgres"));
            if (folder.Length > 0 && File.Exists(postgres))
                yield return Path.GetDirectoryName(File.ResolveLinkTarget(postgres,
                    returnFinalTarget: true)?.FullName ?? postgres)!;
        }

        string[] roots = OperatingSystem.IsWindows()
            ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL")]
            : ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt", "/Library/PostgreSQL",
                "/Applications/Postgres.app/Contents/Versions"];
        foreach (var root in roots.Where(Directory.Exists))
        {
            foreach (var installation in Directory.EnumerateDirectories(root))
                yield return Path.Combine(installation, "bin");
        }

        foreach (var folder in Directory.Exists("/usr") ? Directory.EnumerateDirectories("/usr", "pgsql-*") : [])
            yield return Path.Combine(folder, "bin");
    }

    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "postgres (PostgreSQL) 18beta2"
    private static int? MajorOf(string folder)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, Executable("postgres")), "--version")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var digits = text.Split(')', 2)[^1].TrimStart().TakeWhile(char.IsAsciiDigit).ToArray();
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // a file of that name that cannot be run is no installation
        }
    }

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    private string Tool(string name) => Path.Combine(Folder, Executable(name));
}
