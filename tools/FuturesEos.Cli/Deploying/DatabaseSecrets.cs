using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// The Secrets that nobody else makes: one for each login of the database. Never in a file; made once, in the cluster.
/// </summary>
internal static class DatabaseSecrets
{
    /// <summary>The key that each has.</summary>
    public const string Key = "password";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["postgres-superuser", "postgres-order-manager", "postgres-connect", "postgres-verifier",
        "postgres-janitor"];

    /// <summary>Documents with new passwords: for standard input of kubectl, not for a file.</summary>
    public static string NewDocuments() => YamlText.Write(Names.Select(name => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = DeployFolder.Namespace },
        ["stringData"] = new JsonObject { [Key] = RandomNumberGenerator.GetHexString(40, lowercase: true) },
    }));
}
