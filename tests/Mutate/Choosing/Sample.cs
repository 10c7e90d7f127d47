using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sametime.Tests.Mutate.Switch;

namespace Sametime.Tests.Mutate.Choosing;

/// <summary>
/// Some mistakes out of many, spread over all folders: of a folder with four times as many twice as many are drawn. The same seed draws the same
/// ones of the same tree.
/// </summary>
internal sealed class Sample
{
    private readonly Mutant[] _all;
    private readonly HashSet<int> _drawn = [];

    public Sample(IEnumerable<Mutant> all, int count, int seed)
    {
        _all = [.. all.OrderBy(mutant => mutant.Folder, StringComparer.Ordinal).ThenBy(mutant => Draw(seed, mutant.Id))
            .ThenBy(mutant => mutant.Id, StringComparer.Ordinal)];
        if (count >= _all.Length)
        {
            _drawn.UnionWith(Enumerable.Range(0, _all.Length));
            return;
        }

        // Every mutant has a length on a line, by which a comb with so many teeth goes.
        var sizes = _all.CountBy(mutant => mutant.Folder).ToDictionary(StringComparer.Ordinal);
        var step = sizes.Values.Sum(size => Math.Sqrt(size)) / count;
        var (next, end) = (step * Draw(seed, "where the comb begins"), 0.0);
        for (var index = 0; index < _all.Length; index++)
        {
            end += 1 / Math.Sqrt(sizes[_all[index].Folder]);
            for (; next < end && _drawn.Count < count; next += step)
            {
                _ = Take(index);
            }
        }
    }

    /// <summary>Those that were drawn.</summary>
    public IReadOnlyList<Mutant> Drawn => [.. _drawn.Order().Select(index => _all[index])];

    /// <summary>Draws another one for one that is no mistake after all, from the same folder if it has any left; null when all are drawn.</summary>
    public Mutant? DrawAgain(Mutant insteadOf)
    {
        var index = Array.IndexOf(_all, insteadOf);
        return Take(index) is { } other ? _all[other] : null;
    }

    // This one, or the next that is not drawn yet.
    private int? Take(int index)
    {
        for (var tried = 0; tried < _all.Length; tried++)
        {
            var one = (index + tried) % _all.Length;
            if (_drawn.Add(one))
            {
                return one;
            }
        }

        return null;
    }

    // A number from 0 to 1 that depends on nothing but these two.
    private static double Draw(int seed, string of)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(seed.ToString(CultureInfo.InvariantCulture) + "\n" + of));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
    }
}
