using System.Diagnostics;
using System.Text;

namespace Sametime.Tests.Kit.Servers;

/// <summary>The built program <c>sametime</c>, which lies beside the tests that reference it, as its users run it: as a process.</summary>
public static class BuiltProgram
{
    /// <summary>How a process of it is started, with all its texts in our hands.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "sametime.dll");
        return !File.Exists(program)
            ? throw new FileNotFoundException($"the server {program} is missing: build compose/compose.csproj", program)
            : new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            };
    }
}
