/** Names of related files that untrusted mirrors must not serve. */
export interface MetadataGroup {
  /** The heading: `Checksums`. */
  readonly title: string;
  readonly reason: string;
  /** Patterns: see {@link metadataName}. */
  readonly names: readonly string[];
}

/**
 * A pattern for the last segment of a path, regardless of case: unreserved characters (RFC 3986, section 2.3), which have only
 * one encoding, and at most two stars, each matching any characters or none. Matching takes one pass over the name, in any
 * regular expression engine.
 */
export const metadataName = /^(?=.*[^*])(?!.*\*\*)(?!(?:.*\*){3})[A-Za-z0-9._~*-]+$/;

/** Hash algorithms as they appear in file names. `b2` and `b3` are too short for these forms. */
const algorithms = [
  ...[
    "md5",
    "sha1",
    "sha-1",
    "sha224",
    "sha256",
    "sha-256",
    "sha2-256",
    "sha384",
    "sha512",
    "sha-512",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
  ],
  ...["blake2b", "blake2s", "blake3", "rmd160", "ripemd160"],
];
/** Algorithms in names of per-platform lists: `SHA256SUMS-amd64`, `sha256-linux.txt`. */
const listedBy = ["md5", "sha1", "sha256", "sha512"];
/** Compression formats of indexes. */
const packed = ["gz", "bz2", "xz", "lzma", "zst", "lz4"];
/** Formats of small files that programs read. */
const written = ["txt", "json", "yml", "yaml", "xml", "toml"];

/** Splits a string into words. */
function split(words: string): string[] {
  return words.trim().split(/\s+/);
}

function combine(names: readonly string[], ...forms: ((name: string) => string)[]): string[] {
  return names.flatMap((name) => forms.map((form) => form(name)));
}

/**
 * Names of files that verify other files, or whose content changes under one name, as package managers, release tools and
 * projects use them. `hosts.<host>.metadata` in `mirrors.yaml` adds entries and removes some.
 */
export const metadataGroups: readonly MetadataGroup[] = [
  {
    title: "Checksums",
    reason: "They verify the files that untrusted mirrors serve. A mirror that serves both can change both.",
    names: [
      ...combine(
        algorithms,
        (name) => `*${name}`,
        (name) => `*${name}.txt`,
        (name) => `*${name}sum`,
        (name) => `*${name}sum.txt`,
      ),
      ...combine(
        listedBy,
        (name) => `*${name}sums*`,
        (name) => `${name}-*.txt`,
        (name) => `${name}_*.txt`,
        (name) => `*.${name}.base64`,
        (name) => `*.${name}.json`,
      ),
      ...split("sha*sum-*64 sha*sum_*64 *.b2 *.b3 *b2sum *b3sum *.sha *.sha2 *.sha3 *.whirlpool *.tiger *.tth"),
      ...split("*.crc *.crc32 *.crc32c *.crc64 *.xxh *.xxh3 *.xxh32 *.xxh64 *.xxh128 *.xxhash *.sfv"),
      ...split("*sums *sums.txt *sums.json *shasum *cksum *.sum *.sri sha256.json sha512.json"),
      ...split(
        "*checksum*.txt *checksum*.json *checksum*.yaml *checksum*.yml *checksum*.xml sha*sum*.txt md5sum*.txt checksum.sha* checksum.md5* shasums*",
      ),
      ...split("*digest *digests *digest.txt *digests.txt *digests.json *hashes *hashes.txt"),
      ...split("*hashes.json *.hash hash.txt *-hash.txt *_hash.txt"),
    ],
  },
  {
    title: "Signatures, timestamps and attestations",
    reason:
      "They verify files: OpenPGP, minisign, PKCS #7, cosign and Sigstore, in-toto, SLSA, Debian's lists of files.",
    names: [
      ...split(
        "*.asc *.asc.* *.sig *.sigs *.sign *.signature *.signatures signatures *signatures.json *.gpg *.pgp *.minisig *.minisign",
      ),
      ...split("*.p7 *.p7b *.p7c *.p7m *.p7s *.pkcs7 *.cms *.jws *.tsr *.ots *.rekor *.rekor.json *.cat *.blockmap"),
      ...split(
        "*.sig.* *.sshsig *.ssh-sig *.jwt *.timestamp *.tst *.tlog *.sigstore *.sigstore.json *.sigstore.jsonl *.bundle *.bundle.json *.cosign",
      ),
      ...split("*.att *.att.json *.att.jsonl *attestation *attestations *attestation*.json *attestation*.jsonl *.dsse"),
      ...split("*.dsse.json *.dsse.jsonl *.intoto *.intoto.json *.intoto.jsonl *.link *.layout"),
      ...split(
        "*.in-toto *.in-toto.json *.prov *.prov.json *provenance *provenance*.json *provenance*.jsonl *.slsa *.slsa.json *.dsc *.changes",
      ),
      "*.buildinfo",
    ],
  },
  {
    title: "Bills of materials",
    reason: "They list the components of a file and the vulnerabilities that apply to it. Scanners rely on them.",
    names: [
      ...split("*bom *bom.json *bom.xml *.spdx *.spdx.json *.spdx.yaml *.spdx.rdf *.cdx *.cdx.json"),
      ...split("*.cdx.xml *cyclonedx.json *cyclonedx.xml *.vex *vex.json *.csaf.json *.oval.xml*"),
    ],
  },
  {
    title: "Keys, certificates and revocations",
    reason: "Signatures are checked with them. A client that gets the wrong key accepts forged signatures.",
    names: [
      ...split("*.key *.keys *.pub *.keyring *.kbx *.pem *.crt *.cer *.cert *.der *.crl *.ocsp"),
      ...split("*.jwk *.jwks *.jks *.pgpkey *.openpgp *.gpg.txt *.pub.txt key keys keyring *-keyring"),
      ...split("*-key *_key *-keys *_keys key.txt keys.txt *-key.txt *_key.txt *-keys.txt"),
      ...split("*_keys.txt keys.json *-keys.json *_keys.json jwks.json pubkey* *.pubkey *.pubkeys *-pubkey* *_pubkey*"),
      ...split("public-key* public_key* *publickey *publickey.txt gpg pgp *gpg-key* *gpg_key*"),
      ...split(
        "*gpgkey* *pgp-key* *pgp_key* trustdb* trusted_root*.json trusted-root*.json signing_config*.json signing-config*.json allowed_signers* allowed-signers* allowedsigners* known_hosts openid-configuration security.txt",
      ),
    ],
  },
  {
    title: "Roles of The Update Framework (TUF)",
    reason: "They define which files are current and which signatures are valid.",
    names: [
      ...["root", "timestamp", "snapshot", "targets"].flatMap((role) => [`${role}.json`, `*.${role}.json`]),
      "map.json",
    ],
  },
  {
    title: "Indexes of package repositories",
    reason:
      "They change under one name and contain the packages' checksums: apt, yum and zypper, pacman, apk, Helm, Homebrew, conda, Maven, Go, Rust, RubyGems, CPAN, CRAN, Composer, Nix, OSTree, F-Droid, Slackware, FreeBSD, Cygwin, Jenkins, Eclipse, Android.",
    names: [
      ...split(
        "release inrelease packages sources contents-* translation-* commands-*.xz commands-*.gz commands-*64 commands-all commands-armhf commands-armel commands-i386 commands-ppc64el commands-s390x",
      ),
      ...combine(
        packed,
        (end) => `packages.${end}`,
        (end) => `sources.${end}`,
      ),
      ...split(
        "packages.rds packages.json packages.xml packages.txt filelist filelist.txt filelist.gz fullfilelist* fullfiletimelist* imagelist-* components-*.yml* ls-lr* 02packages*",
      ),
      ...split("repomd.xml primary.xml* filelists.xml* other.xml* updateinfo.xml* comps*.xml* primary.sqlite*"),
      ...split(
        "filelists.sqlite* other.sqlite* .treeinfo treeinfo .discinfo modules.yaml* prestodelta.xml* deltainfo.xml* susedata*.xml* patterns.xml* products.xml* group.xml* directory.yast",
      ),
      ...split(
        "*.db *.db.tar.* *.files *.files.tar.* *.links *.links.tar.* apkindex* index index.* *index.json *index.yaml",
      ),
      ...split("*index.yml *index.xml index-v*.json index-v*.jar entry.jar entry.json formula.json cask.json"),
      ...split(
        "*.jws.json repodata* current_repodata* channeldata.json patch_instructions.json run_exports.json* *.module *.gemspec.rz maven-metadata* archetype-catalog.xml",
      ),
      ...split("list channel-*.toml release-*.toml manifests.txt config.json names *specs.4.8* *.narinfo"),
      ...split(
        "nix-cache-info binary-cache-url git-revision nixexprs.tar.* terraform.json meta-release* images.json summary summary.idx *.metadata metadata.json metadata.xml metadata.yaml",
      ),
      ...split("metadata.yml packagesite.* meta.conf meta.txz meta.pkg data.txz data.pkg digests.txz digests.pkg"),
      ...split("setup.ini setup.xz setup.bz2 setup.zst update-center*.json plugins.json updateplugins.xml addons.xml"),
      ...split(
        "content.jar content.xml* artifacts.jar artifacts.xml* site.xml compositecontent.* compositeartifacts.* p2.index",
      ),
      ...split(
        "repository.xml repository2-*.xml addons_list*.xml repository.json repo.json *.lock source.msix source2.msix *.installer.yaml *.sjson catalog.json catalog.xml catalog.yml catalog.yaml",
      ),
    ],
  },
  {
    title: "Locations of repositories and mirrors",
    reason: "They configure which servers and keys a machine trusts, or describe a file by its checksums.",
    names: [
      ...split(
        "*.repo *.list *.sources *.flatpakrepo *.flatpakref *.ymp *.mirrorlist *-mirrorlist mirrorlist.txt mirrors",
      ),
      ...split("mirrors.txt mirrors.json metalink metalink.xml *.metalink *.meta4 *.torrent *.magnet *.zsync"),
      "*.jigdo",
    ],
  },
  {
    title: "Pointers to the newest version, and feeds of updates",
    reason:
      "They change under one name. A mirror with an old copy withholds updates (kubernetes/k8s.io#7447). Sparkle, Squirrel and Electron poll such names. Archives are included: the checksum of `latest.tar.gz` comes from the origin and would not match an old copy.",
    names: [
      ...combine(
        ["stable", "current", "nightly", "version", "versions", "channel", "channels"],
        (name) => name,
        (name) => `${name}.*`,
      ),
      ...combine(["latest*", "stable*", "current-*"], ...written.map((end) => (name: string) => `${name}.${end}`)),
      "current_*.txt",
      ...split("*latest latest.* *-latest.* *_latest.* latest-is-* latest_release* last_change k8s-*.txt"),
      ...split("*-stable.txt *_stable.txt *-stable.json *-version *_version *.version *-version.txt"),
      ...split(
        "*_version.txt *-version.json *-versions.json beta edge canary lts latest_build version*.txt version*.json version*.xml",
      ),
      ...combine(["beta", "alpha"], (name) => `${name}*.yml`),
      ...combine(
        ["beta", "alpha", "edge", "canary", "lts"],
        (name) => `${name}.txt`,
        (name) => `${name}.json`,
      ),
      ...split("releases releases-* release*.json *releases.json channel-*.json channel-*.yaml"),
      ...combine(
        ["release", "releases", "manifest", "builds", "feed"],
        ...written.filter((end) => end !== "json").map((end) => (name: string) => `${name}.${end}`),
      ),
      ...split("manifest *manifest*.json *.manifest manifest.gz manifest.bz2 *update.json *updates.json *update.xml"),
      ...split(`
        *updates.xml update.rdf update.txt update.yml updates.yml *app-update.yml assets.*.json atom.xml rss.xml *appcast *appcast*.xml *appcast*.json sparkle*.xml *.atom *.rss *.appinstaller *.application lastupdate*
        lastsync timestamp`),
      ...split("timestamp.txt builds.json feed.json"),
    ],
  },
  {
    title: "Scripts that run unchecked",
    reason:
      "`curl … | sh` does no verification, and the name has no version. A host with large self-extracting `*.sh` files can remove that entry.",
    names: [
      ...split(
        "*.sh *.bash *.ps1 *.bat *.cmd *.ks *.ipxe preseed.cfg *.preseed *.ign *.fish *.zsh install installer setup bootstrap uninstall installer.php composer-setup.php install*.yaml install*.yml deploy*.yaml install.rb install.pl install.js get-helm* get-docker get-*.py install*.py",
      ),
      ...split("bootstrap*.py setup_*.x"),
    ],
  },
];

/** All names of {@link metadataGroups}, sorted, without duplicates. */
export const defaultMetadataNames: readonly string[] = [
  ...new Set(metadataGroups.flatMap(({ names }) => names)),
].sort();
