using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace FuturesEos.OrderManager.Schema;

/// <summary>One numbered script. Applied once, forward only, and never changed afterwards.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, whatever line ends a checkout has.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>All scripts of this program, in order; their file names are <c>001-orders.sql</c> and so on.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadAll();

    private static List<Migration> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var migrations = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".sql", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);

            // "FuturesEos.OrderManager.Schema.001-orders.sql" (a digit first may be escaped with an underscore)
            var name = resource.Split('.')[^2].TrimStart('_');
            migrations.Add(new Migration(int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), name,
                reader.ReadToEnd()));
        }

        migrations.Sort((a, b) => a.Version.CompareTo(b.Version));
        for (var i = 0; i < migrations.Count; i++)
        {
            if (migrations[i].Version != i + 1)
                throw new InvalidOperationException($"migrations must be numbered without gaps:"
                    + $" {migrations[i].Name} is number {i + 1}");
        }

        return migrations;
    }
}
